/*
description: The groups of every dimension add up to the total of the units up for renewal in a period.
severity: error
*/
with summed as (
    select
        grain,
        period_start,
        dimension,
        sum(due) as due,
        sum(renewed) as renewed,
        sum(pending) as pending,
        sum(due_arr) as due_arr,
        sum(renewed_arr) as renewed_arr
    from renewals
    group by grain, period_start, dimension
)

select
    summed.grain,
    summed.period_start,
    summed.dimension,
    summed.due,
    total.due as total_due,
    summed.due_arr,
    total.due_arr as total_due_arr
from summed
inner join summed as total
    on
        summed.grain = total.grain
        and summed.period_start = total.period_start
        and total.dimension = 'all'
where
    summed.due != total.due
    or summed.renewed != total.renewed
    or summed.pending != total.pending
    or summed.due_arr != total.due_arr
    or summed.renewed_arr != total.renewed_arr
