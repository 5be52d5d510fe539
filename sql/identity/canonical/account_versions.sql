/*
description: >
    Every version that was seen of an account, of the first source in the order whose versions are kept. An attribute that the
    account has from another source is that of now.
grain: one row per account and version
*/
with placed as (
    select
        source_account_versions.*,
        places.account_id as unified_id,
        places.place,
        dense_rank() over (partition by places.account_id order by places.place) as versions_no
    from source_account_versions
    inner join int_identity__places as places
        on
            source_account_versions.source = places.source
            and source_account_versions.account_id = places.source_account_id
),

-- whose value each attribute is, as in accounts
holders as (
    select
        places.account_id,
        min(places.place) filter (where source_accounts.segment is not null) as segment,
        min(places.place) filter (where source_accounts.industry is not null) as industry,
        min(places.place) filter (where source_accounts.country is not null) as country,
        min(places.place) filter (where source_accounts.acquisition_channel is not null) as acquisition_channel,
        min(places.place) filter (where source_accounts.owner is not null) as owner,
        min(places.place) filter (where source_accounts.name is not null) as name,
        min(places.place) filter (where source_accounts.domain is not null) as domain,
        min(places.place) filter (where source_accounts.tax_id is not null) as tax_id,
        min(places.place) filter (where source_accounts._extra is not null) as _extra
    from source_accounts
    inner join int_identity__places as places
        on
            source_accounts._source = places.source
            and source_accounts.account_id = places.source_account_id
    group by places.account_id
),

final as (
    select
        placed._first_seen,
        placed.unified_id as account_id,
        case when coalesce(holders.segment, placed.place) = placed.place then placed.segment else accounts.segment end as segment,
        case when coalesce(holders.industry, placed.place) = placed.place then placed.industry else accounts.industry end as industry,
        case when coalesce(holders.country, placed.place) = placed.place then placed.country else accounts.country end as country,
        case
            when coalesce(holders.acquisition_channel, placed.place) = placed.place then placed.acquisition_channel
            else accounts.acquisition_channel
        end as acquisition_channel,
        case when coalesce(holders.owner, placed.place) = placed.place then placed.owner else accounts.owner end as owner,
        case when coalesce(holders.name, placed.place) = placed.place then placed.name else accounts.name end as name,
        case when coalesce(holders.domain, placed.place) = placed.place then placed.domain else accounts.domain end as domain,
        case when coalesce(holders.tax_id, placed.place) = placed.place then placed.tax_id else accounts.tax_id end as tax_id,
        case
            when coalesce(holders._extra, placed.place) != placed.place then accounts._extra
            when placed._extra is null or accounts._extra is null then coalesce(placed._extra, accounts._extra)
            else json_union(array[accounts._extra, placed._extra])
        end as _extra
    from placed
    left join holders on placed.unified_id = holders.account_id
    left join accounts on placed.unified_id = accounts.account_id
    where placed.versions_no = 1
)

select * from final
