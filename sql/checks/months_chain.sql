/*
description: Each period of the total opens with what the one before closed with.
severity: error
*/
with chained as (
    select
        grain,
        period_start,
        opening_mrr,
        opening_accounts,
        lag(closing_mrr) over (partition by grain order by period_start) as closed_mrr,
        lag(closing_accounts) over (partition by grain order by period_start) as closed_accounts
    from mrr_rollforward
    where dimension = 'all' and grain != 'ttm'
)

select *
from chained
where opening_mrr != closed_mrr or opening_accounts != closed_accounts
