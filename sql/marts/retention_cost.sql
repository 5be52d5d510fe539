/*
description: What it costs to keep a customer, beside what it costs to win one.
grain: one row per grain and period with spend on customer success
key: [grain, period_start]
columns:
    grain: month, quarter or year
    period_start: First day of the period
    period_end: Last day of the period by the calendar, inclusive
    is_complete: Whether the last day is at or before as_of
    spend: Spend of category customer_success, in the reporting currency
    opening_accounts: Accounts active at the open
    retention_cost: spend / opening_accounts, so far where the period is not complete; NULL without accounts
    cac: Cost of winning a customer in the period, of all channels; NULL while the period is not complete
    cac_to_retention_cost: cac / retention_cost
accepted_values:
    grain: [month, quarter, year]
*/
with grains as (
    select * from int_grains
),

summed as (
    select
        grains.grain,
        cast(date_trunc(grains.grain, int_spend__valued.spent_month) as date) as period_start,
        add_days(add_months(cast(date_trunc(grains.grain, int_spend__valued.spent_month) as date), grains.months), -1) as period_end,
        sum(int_spend__valued.amount) as spend
    from int_spend__valued
    cross join grains
    where int_spend__valued.category = 'customer_success'
    group by
        grains.grain,
        grains.months,
        cast(date_trunc(grains.grain, int_spend__valued.spent_month) as date)
),

ratios as (
    select
        summed.*,
        summed.period_end <= int_settings.as_of as is_complete,
        coalesce(mrr_rollforward.opening_accounts, 0) as opening_accounts,
        cac.cac,
        cast(summed.spend as double) / nullif(cast(mrr_rollforward.opening_accounts as double), 0) as retention_cost
    from summed
    cross join int_settings
    left join mrr_rollforward
        on
            summed.grain = mrr_rollforward.grain
            and summed.period_start = mrr_rollforward.period_start
            and mrr_rollforward.dimension = 'all'
    left join cac
        on
            summed.grain = cac.grain
            and summed.period_start = cac.period_start
            and cac.dimension = 'all'
),

final as (
    select
        grain,
        period_start,
        period_end,
        is_complete,
        cast(spend as decimal(18, 4)) as spend,
        cast(opening_accounts as bigint) as opening_accounts,
        retention_cost,
        cac,
        cac / nullif(retention_cost, 0) as cac_to_retention_cost
    from ratios
)

select * from final
