/*
description: >
    The account ids of sources without accounts of their own. They are those of the unified accounts, or name an account as
    <source>:<id>; one that is another account by now is followed.
grain: one row per source and account id
key: [source, source_account_id]
*/
with names as (
    select source_account_id as reference, account_id, 1 as place
    from int_identity__own
    where source_position = 1
    union all
    select concat(source, ':', source_account_id) as reference, account_id, 2 as place
    from int_identity__own
),

places as (
    select reference, min(place) as place
    from names
    group by reference
),

known as (
    select names.reference, names.account_id
    from names
    inner join places on names.reference = places.reference and names.place = places.place
),

final as (
    select
        ids.source,
        ids.source_position,
        ids.source_account_id,
        case
            when overrides.status = 'good' then targets.account_id
            else coalesce(known.account_id, ids.source_account_id)
        end as account_id,
        case when overrides.status = 'good' then 'override' else 'given' end as rule,
        case when overrides.status = 'good' then overrides.target end as matched_value,
        case
            when overrides.status = 'good' then null
            when overrides.status is not null then 'unknown_override'
            when known.account_id is null then 'not_in_accounts'
        end as reason,
        case when overrides.status != 'good' then overrides.target end as candidates
    from source_account_ids as ids
    left join int_identity__overrides as overrides
        on
            ids.source = overrides.source
            and ids.source_account_id = overrides.source_account_id
    left join int_identity__own as targets
        on
            overrides.target_source = targets.source
            and overrides.target_account_id = targets.source_account_id
    left join known on ids.source_account_id = known.reference
    where not ids.has_accounts
)

select * from final
