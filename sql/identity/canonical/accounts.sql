/*
description: >
    Customers of all sources, one row each. Each attribute is that of the first source in the order that has a value of it.
grain: one row per account
key: [account_id]
*/
with placed as (
    select
        source_accounts.*,
        places.account_id as unified_id,
        places.place
    from source_accounts
    inner join int_identity__places as places
        on
            source_accounts._source = places.source
            and source_accounts.account_id = places.source_account_id
),

final as (
    select
        unified_id as account_id,
        min_by(name, place) filter (where name is not null) as name,
        min_by(domain, place) filter (where domain is not null) as domain,
        min_by(tax_id, place) filter (where tax_id is not null) as tax_id,
        min_by(segment, place) filter (where segment is not null) as segment,
        min_by(industry, place) filter (where industry is not null) as industry,
        min_by(country, place) filter (where country is not null) as country,
        min_by(acquisition_channel, place) filter (where acquisition_channel is not null) as acquisition_channel,
        min_by(owner, place) filter (where owner is not null) as owner,
        min_by(created_at, place) filter (where created_at is not null) as created_at,
        case
            when count(_extra) > 1 then json_union(array_agg(_extra order by place desc) filter (where _extra is not null))
            else max(_extra)
        end as _extra,
        min_by(_source, place) as _source,
        min_by(_file, place) as _file,
        min_by(_line, place) as _line
    from placed
    group by unified_id
)

select * from final
