/*
description: >
    What the pipeline's override file says of accounts, and what becomes of it. An override names the account that another one is, by
    its id in the first source or as <source>:<id>; naming itself keeps it apart. One that names what the records do not hold
    does nothing but be told.
grain: one row per overridden account
key: [source, source_account_id]
accepted_values:
    status: [good, unknown_account, unknown_target, later_source, chained]
*/
with names as (
    select source_account_id as reference, source, source_account_id, source_position, 1 as place
    from source_account_ids
    where source_position = 1
    union all
    select concat(source, ':', source_account_id) as reference, source, source_account_id, source_position, 2 as place
    from source_account_ids
    where has_accounts
),

-- an id of the first source that looks like another's name is that id
places as (
    select reference, min(place) as place
    from names
    group by reference
),

targets as (
    select names.*
    from names
    inner join places on names.reference = places.reference and names.place = places.place
),

aimed as (
    select
        account_overrides.source,
        account_overrides.source_account_id,
        account_overrides.account_id as target,
        source_account_ids.source_position,
        targets.source as target_source,
        targets.source_account_id as target_account_id,
        targets.source_position as target_position,
        coalesce(targets.source = account_overrides.source and targets.source_account_id = account_overrides.source_account_id, false) as is_itself
    from account_overrides
    left join source_account_ids
        on
            account_overrides.source = source_account_ids.source
            and account_overrides.source_account_id = source_account_ids.source_account_id
    left join targets on account_overrides.account_id = targets.reference
),

final as (
    select
        aimed.source,
        aimed.source_account_id,
        aimed.target,
        aimed.target_source,
        aimed.target_account_id,
        aimed.is_itself,
        case
            when aimed.source_position is null then 'unknown_account'
            when aimed.target_source is null then 'unknown_target'
            when aimed.target_position > aimed.source_position then 'later_source'
            when onward.source is not null and not aimed.is_itself and not onward.is_itself then 'chained'
            else 'good'
        end as status
    from aimed
    left join aimed as onward on aimed.target_source = onward.source and aimed.target_account_id = onward.source_account_id
)

select * from final
