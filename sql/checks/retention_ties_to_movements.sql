/*
description: Retained MRR is opening plus expansion less contraction less churn of the accounts active at the open.
severity: error
*/
with movements as (
    select
        grain,
        period_start,
        sum(opening_mrr + expansion_mrr - contraction_mrr - churned_mrr) as expected_mrr
    from account_period
    where opening_mrr > 0
    group by grain, period_start
)

select
    retention.grain,
    retention.period_start,
    retention.retained_mrr,
    movements.expected_mrr
from retention
inner join movements
    on
        retention.grain = movements.grain
        and retention.period_start = movements.period_start
where retention.dimension = 'all' and retention.retained_mrr != movements.expected_mrr
