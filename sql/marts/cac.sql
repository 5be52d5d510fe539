/*
description: What it costs to win a customer, in total and by acquisition channel, and how soon its margin pays it back.
grain: one row per grain, period and channel, or the total, with spend or acquired accounts
key: [grain, period_start, dimension, dimension_value]
columns:
    grain: month, quarter or year
    period_start: First day of the period
    period_end: Last day of the period by the calendar, inclusive
    is_complete: Whether the last day is at or before as_of
    dimension: all or acquisition_channel
    dimension_value: The channel at the close of the cohort month; (none) where it is missing
    spend: Spend of the categories of policy cac_categories, moved later by cac_lag_months, in the reporting currency
    unallocated_spend: Spend without a channel, which is in the total alone; NULL on the channels' rows
    acquired_accounts: Accounts whose cohort month lies in the period
    acquired_mrr: Their MRR at the close of their cohort month
    cac: spend / acquired_accounts; NULL without either, and while the period is not complete
    new_mrr_per_account: acquired_mrr / acquired_accounts; NULL while the period is not complete
    payback_months: cac / (new_mrr_per_account * gross_margin); NULL while the period is not complete
    ltv_to_cac: clv_simple of the period's last month / cac
accepted_values:
    grain: [month, quarter, year]
    dimension: [all, acquisition_channel]
*/
with grains as (
    select * from int_grains
),

summed as (
    select
        grains.grain,
        grains.months,
        cast(date_trunc(grains.grain, int_cac__months.month) as date) as period_start,
        int_cac__months.dimension,
        int_cac__months.dimension_value,
        sum(int_cac__months.spend) as spend,
        sum(int_cac__months.unallocated_spend) as unallocated_spend,
        sum(int_cac__months.acquired_accounts) as acquired_accounts,
        sum(int_cac__months.acquired_mrr) as acquired_mrr
    from int_cac__months
    cross join grains
    group by
        grains.grain,
        grains.months,
        cast(date_trunc(grains.grain, int_cac__months.month) as date),
        int_cac__months.dimension,
        int_cac__months.dimension_value
),

dated as (
    select
        summed.*,
        add_days(add_months(summed.period_start, summed.months), -1) as period_end,
        add_days(add_months(summed.period_start, summed.months), -1) <= int_settings.as_of as is_complete,
        cast(int_settings.gross_margin as double) as gross_margin
    from summed
    cross join int_settings
    -- spend that was moved into a period to come waits for it
    where summed.period_start <= int_settings.as_of
),

ratios as (
    select
        dated.*,
        case
            when is_complete and spend != 0
                then cast(spend as double) / nullif(cast(acquired_accounts as double), 0)
        end as cac,
        case
            when is_complete
                then cast(acquired_mrr as double) / nullif(cast(acquired_accounts as double), 0)
        end as new_mrr_per_account
    from dated
),

final as (
    select
        ratios.grain,
        ratios.period_start,
        ratios.period_end,
        ratios.is_complete,
        ratios.dimension,
        ratios.dimension_value,
        cast(ratios.spend as decimal(18, 4)) as spend,
        case when ratios.dimension = 'all' then cast(ratios.unallocated_spend as decimal(18, 4)) end as unallocated_spend,
        cast(ratios.acquired_accounts as bigint) as acquired_accounts,
        cast(ratios.acquired_mrr as decimal(18, 4)) as acquired_mrr,
        ratios.cac,
        ratios.new_mrr_per_account,
        ratios.cac / nullif(ratios.new_mrr_per_account * ratios.gross_margin, 0) as payback_months,
        clv.clv_simple / nullif(ratios.cac, 0) as ltv_to_cac
    from ratios
    left join clv
        on
            ratios.dimension = clv.dimension
            and ratios.dimension_value = clv.dimension_value
            and cast(date_trunc('month', ratios.period_end) as date) = clv.month
)

select * from final
