/*
description: What the accounts active at a period's open were worth at its close; churn, NRR and GRR.
grain: one row per grain, period, dimension and value with accounts at the open
key: [grain, period_start, dimension, dimension_value]
columns:
    grain: month, quarter, year, or ttm (the twelve months that end with a month)
    period_start: First day of the period
    period_end: Last day of the period by the calendar, inclusive
    is_complete: Whether the last day is at or before as_of
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value on the open day; (none) where it is missing
    opening_accounts: Accounts active at the open
    churned_accounts: Those of them not active at the close
    logo_churn_rate: churned_accounts / opening_accounts
    retention_rate: 1 - logo_churn_rate
    opening_mrr: MRR at the open
    retained_mrr: What they have at the close, at the opening rates
    gross_retained_mrr: The smaller of opening and retained MRR of each account, summed
    nrr: Net revenue retention, retained_mrr / opening_mrr
    grr: Gross revenue retention, gross_retained_mrr / opening_mrr
    nrr_reported: Their MRR at the closing rates / opening_mrr
    gross_mrr_churn_rate: 1 - grr
    net_mrr_churn_rate: 1 - nrr
accepted_values:
    grain: [month, quarter, year, ttm]
checks:
    - {name: grr_is_at_most_one_and_nrr, expression: "grr <= 1 and gross_retained_mrr <= retained_mrr"}
    - {name: churned_are_of_the_open, expression: churned_accounts <= opening_accounts}
*/
with spread as (
    select
        sums.*,
        int_dimension_values.dimension,
        int_dimension_values.dimension_value
    from int_account_period__dimensions as sums
    inner join int_dimension_values on sums.set_no = int_dimension_values.set_no
),

summed as (
    select
        grain,
        period_start,
        dimension,
        dimension_value,
        sum(opening_accounts) as opening_accounts,
        sum(churned_accounts) as churned_accounts,
        sum(opening_mrr) as opening_mrr,
        sum(retained_mrr) as retained_mrr,
        sum(gross_retained_mrr) as gross_retained_mrr,
        sum(reported_mrr) as reported_mrr
    from spread
    group by grain, period_start, dimension, dimension_value
),

rates as (
    select
        summed.*,
        cast(churned_accounts as double) / cast(opening_accounts as double) as logo_churn_rate,
        cast(retained_mrr as double) / cast(opening_mrr as double) as nrr,
        cast(gross_retained_mrr as double) / cast(opening_mrr as double) as grr,
        cast(reported_mrr as double) / cast(opening_mrr as double) as nrr_reported
    from summed
    where opening_accounts > 0
),

final as (
    select
        rates.grain,
        rates.period_start,
        int_periods.period_end,
        int_periods.is_complete,
        rates.dimension,
        rates.dimension_value,
        cast(rates.opening_accounts as bigint) as opening_accounts,
        cast(rates.churned_accounts as bigint) as churned_accounts,
        rates.logo_churn_rate,
        1 - rates.logo_churn_rate as retention_rate,
        cast(rates.opening_mrr as decimal(18, 4)) as opening_mrr,
        cast(rates.retained_mrr as decimal(18, 4)) as retained_mrr,
        cast(rates.gross_retained_mrr as decimal(18, 4)) as gross_retained_mrr,
        rates.nrr,
        rates.grr,
        rates.nrr_reported,
        1 - rates.grr as gross_mrr_churn_rate,
        1 - rates.nrr as net_mrr_churn_rate
    from rates
    inner join int_periods
        on
            rates.grain = int_periods.grain
            and rates.period_start = int_periods.period_start
)

select * from final
