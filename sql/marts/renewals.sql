/*
description: What was up for renewal in each period, and how much of it goes on.
grain: one row per grain, period, dimension and value in which a unit of contracts ends by as_of
key: [grain, period_start, dimension, dimension_value]
columns:
    grain: month, quarter or year
    period_start: First day of the period
    period_end: Last day of the period by the calendar, inclusive
    is_complete: Whether the last day is at or before as_of
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value at the end of the term; (none) where it is missing
    due: Units that end in the period; contracts of one account that end on one day are a unit
    renewed: Those that contracts go on
    pending: Those that are not renewed and have renewal_grace_days left for it
    due_arr: ARR of the units, in the reporting currency at the end of the term
    renewed_arr: ARR of the contracts that go on them
    pending_arr: ARR of the pending units
    renewal_rate: renewed / (due - pending)
    gross_renewal_rate: The smaller of renewed and due ARR of each unit, summed / (due_arr - pending_arr)
    net_renewal_rate: renewed_arr / (due_arr - pending_arr)
accepted_values:
    grain: [month, quarter, year]
checks:
    - {name: renewed_and_pending_were_due, expression: renewed + pending <= due}
*/
with grains as (
    select * from int_grains
),

due as (
    select
        units.*,
        int_account_dimensions.set_no,
        least(units.renewed_arr, units.due_arr) as kept_arr
    from int_contract_units as units
    inner join int_account_dimensions
        on
            units.account_id = int_account_dimensions.account_id
            and units.term_end >= int_account_dimensions.from_day
            and units.term_end < int_account_dimensions.to_day
    where units.is_due
),

summed as (
    select
        grains.grain,
        cast(date_trunc(grains.grain, due.term_end) as date) as period_start,
        add_days(add_months(cast(date_trunc(grains.grain, due.term_end) as date), grains.months), -1) as period_end,
        int_dimension_values.dimension,
        int_dimension_values.dimension_value,
        count(*) as due,
        count(*) filter (where due.is_renewed) as renewed,
        count(*) filter (where due.is_pending) as pending,
        sum(due.due_arr) as due_arr,
        sum(due.renewed_arr) as renewed_arr,
        coalesce(sum(due.due_arr) filter (where due.is_pending), 0) as pending_arr,
        coalesce(sum(due.kept_arr) filter (where not due.is_pending), 0) as kept_arr
    from due
    cross join grains
    inner join int_dimension_values on due.set_no = int_dimension_values.set_no
    group by
        grains.grain,
        grains.months,
        cast(date_trunc(grains.grain, due.term_end) as date),
        int_dimension_values.dimension,
        int_dimension_values.dimension_value
),

final as (
    select
        summed.grain,
        summed.period_start,
        summed.period_end,
        summed.period_end <= int_settings.as_of as is_complete,
        summed.dimension,
        summed.dimension_value,
        cast(summed.due as bigint) as due,
        cast(summed.renewed as bigint) as renewed,
        cast(summed.pending as bigint) as pending,
        cast(summed.due_arr as decimal(18, 4)) as due_arr,
        cast(summed.renewed_arr as decimal(18, 4)) as renewed_arr,
        cast(summed.pending_arr as decimal(18, 4)) as pending_arr,
        cast(summed.renewed as double) / nullif(cast(summed.due - summed.pending as double), 0) as renewal_rate,
        cast(summed.kept_arr as double) / nullif(cast(summed.due_arr - summed.pending_arr as double), 0) as gross_renewal_rate,
        cast(summed.renewed_arr as double) / nullif(cast(summed.due_arr - summed.pending_arr as double), 0) as net_renewal_rate
    from summed
    cross join int_settings
)

select * from final
