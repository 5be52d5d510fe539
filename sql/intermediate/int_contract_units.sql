/*
description: What ends together, the contracts of an account with one term_end, their ARR and that of those that go on it.
grain: one row per account and end of term
key: [unit_no]
checks:
    - {name: renewed_is_more_than_nothing, expression: is_renewed = (renewed_arr > 0)}
    - {name: pending_is_not_renewed, expression: not (is_renewed and is_pending)}
*/
with units as (
    select
        unit_no,
        account_id,
        term_end,
        min(term_start) as term_start,
        count(*) as contracts
    from int_contracts
    group by unit_no, account_id, term_end
),

sums as (
    select
        unit_no,
        coalesce(sum(arr) filter (where not is_successor), 0) as due_arr,
        coalesce(sum(arr) filter (where is_successor), 0) as successor_arr
    from int_contracts__valued
    group by unit_no
),

final as (
    select
        units.unit_no,
        units.account_id,
        units.term_start,
        units.term_end,
        units.contracts,
        units.term_end <= int_settings.as_of as is_due,
        sums.successor_arr > 0 as is_renewed,
        sums.successor_arr <= 0
        and int_settings.as_of < add_days(units.term_end, int_settings.renewal_grace_days) as is_pending,
        cast(sums.due_arr as decimal(18, 4)) as due_arr,
        cast(greatest(sums.successor_arr, 0) as decimal(18, 4)) as renewed_arr
    from units
    cross join int_settings
    inner join sums on units.unit_no = sums.unit_no
)

select * from final
