/*
description: The groups of every dimension add up to the total of their period.
severity: error
*/
with summed as (
    select
        grain,
        period_start,
        dimension,
        sum(closing_mrr) as closing_mrr,
        sum(opening_mrr) as opening_mrr,
        sum(closing_accounts) as closing_accounts
    from mrr_rollforward
    group by grain, period_start, dimension
)

select
    summed.grain,
    summed.period_start,
    summed.dimension,
    summed.closing_mrr,
    total.closing_mrr as total_closing_mrr
from summed
inner join summed as total
    on
        summed.grain = total.grain
        and summed.period_start = total.period_start
        and total.dimension = 'all'
where
    summed.closing_mrr != total.closing_mrr
    or summed.opening_mrr != total.opening_mrr
    or summed.closing_accounts != total.closing_accounts
