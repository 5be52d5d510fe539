/*
description: Quarters, years and trailing years open and close with the months they are made of.
severity: error
*/
with months as (
    select
        period_start,
        opening_mrr,
        closing_mrr
    from mrr_rollforward
    where dimension = 'all' and grain = 'month'
)

select
    longer.grain,
    longer.period_start,
    longer.opening_mrr,
    first_month.opening_mrr as opening_of_months,
    longer.closing_mrr,
    last_month.closing_mrr as closing_of_months
from mrr_rollforward as longer
inner join int_periods
    on
        longer.grain = int_periods.grain
        and longer.period_start = int_periods.period_start
left join months as first_month on longer.period_start = first_month.period_start
left join months as last_month on cast(date_trunc('month', int_periods.close_day) as date) = last_month.period_start
where
    longer.dimension = 'all'
    and longer.grain != 'month'
    and (
        longer.opening_mrr != coalesce(first_month.opening_mrr, 0)
        or longer.closing_mrr != coalesce(last_month.closing_mrr, 0)
    )
