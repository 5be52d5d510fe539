/*
description: Who was sold more, and more products, with the deals that were won and lost for it.
grain: one row per grain, period, dimension and value with an account or a decided deal
key: [grain, period_start, dimension, dimension_value]
columns:
    grain: month, quarter or year
    period_start: First day of the period
    period_end: Last day of the period by the calendar, inclusive
    is_complete: Whether the last day is at or before as_of
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value on the open day, or on the close day for accounts not active at the open; (none) where it is missing
    opening_accounts: Accounts active at the open
    opening_mrr: Their MRR
    expansion_accounts: Those of them whose MRR grew
    expansion_mrr: By how much, at the opening rate
    upsell_accounts: Accounts with expansion by seats or plan
    upsell_mrr: How much of it that is
    cross_sell_accounts: Accounts with expansion by products new to them
    cross_sell_mrr: How much of it that is
    expansion_rate: expansion_mrr / opening_mrr
    upsell_rate: upsell_mrr / opening_mrr
    cross_sell_rate: cross_sell_mrr / opening_mrr
    expansion_account_rate: expansion_accounts / opening_accounts
    upsell_account_rate: upsell_accounts / opening_accounts
    cross_sell_account_rate: cross_sell_accounts / opening_accounts
    upsell_won: Up-sell deals won in the period
    upsell_lost: Up-sell deals lost in the period
    upsell_won_amount: What the won ones are worth, in the reporting currency when they were decided
    upsell_lost_amount: What the lost ones would have been worth
    upsell_win_rate: upsell_won / (upsell_won + upsell_lost)
    cross_sell_won: Cross-sell deals won in the period
    cross_sell_lost: Cross-sell deals lost in the period
    cross_sell_won_amount: What the won ones are worth
    cross_sell_lost_amount: What the lost ones would have been worth
    cross_sell_win_rate: cross_sell_won / (cross_sell_won + cross_sell_lost)
accepted_values:
    grain: [month, quarter, year]
checks:
    - {name: who_expands_was_there, expression: "greatest(expansion_accounts, upsell_accounts, cross_sell_accounts) <= opening_accounts"}
    - {name: parts_are_within_expansion, expression: upsell_mrr + cross_sell_mrr <= expansion_mrr}
*/
with spread as (
    select
        sums.grain,
        sums.period_start,
        int_dimension_values.dimension,
        int_dimension_values.dimension_value,
        sums.opening_accounts,
        sums.opening_mrr,
        sums.expansion_accounts,
        sums.expansion_mrr,
        sums.upsell_accounts,
        sums.upsell_mrr,
        sums.cross_sell_accounts,
        sums.cross_sell_mrr
    from int_account_period__dimensions as sums
    inner join int_dimension_values on sums.set_no = int_dimension_values.set_no
    where sums.grain != 'ttm'
),

summed as (
    select
        spread.grain,
        spread.period_start,
        int_periods.period_end,
        spread.dimension,
        spread.dimension_value,
        sum(spread.opening_accounts) as opening_accounts,
        sum(spread.opening_mrr) as opening_mrr,
        sum(spread.expansion_accounts) as expansion_accounts,
        sum(spread.expansion_mrr) as expansion_mrr,
        sum(spread.upsell_accounts) as upsell_accounts,
        sum(spread.upsell_mrr) as upsell_mrr,
        sum(spread.cross_sell_accounts) as cross_sell_accounts,
        sum(spread.cross_sell_mrr) as cross_sell_mrr
    from spread
    inner join int_periods
        on
            spread.grain = int_periods.grain
            and spread.period_start = int_periods.period_start
    group by
        spread.grain,
        spread.period_start,
        int_periods.period_end,
        spread.dimension,
        spread.dimension_value
),

rows_due as (
    select grain, period_start, period_end, dimension, dimension_value from summed
    union
    select grain, period_start, period_end, dimension, dimension_value from int_expansion__deals
),

joined as (
    select
        rows_due.*,
        rows_due.period_end <= int_settings.as_of as is_complete,
        coalesce(summed.opening_accounts, 0) as opening_accounts,
        coalesce(summed.opening_mrr, 0) as opening_mrr,
        coalesce(summed.expansion_accounts, 0) as expansion_accounts,
        coalesce(summed.expansion_mrr, 0) as expansion_mrr,
        coalesce(summed.upsell_accounts, 0) as upsell_accounts,
        coalesce(summed.upsell_mrr, 0) as upsell_mrr,
        coalesce(summed.cross_sell_accounts, 0) as cross_sell_accounts,
        coalesce(summed.cross_sell_mrr, 0) as cross_sell_mrr,
        coalesce(deals.upsell_won, 0) as upsell_won,
        coalesce(deals.upsell_lost, 0) as upsell_lost,
        coalesce(deals.upsell_won_amount, 0) as upsell_won_amount,
        coalesce(deals.upsell_lost_amount, 0) as upsell_lost_amount,
        coalesce(deals.cross_sell_won, 0) as cross_sell_won,
        coalesce(deals.cross_sell_lost, 0) as cross_sell_lost,
        coalesce(deals.cross_sell_won_amount, 0) as cross_sell_won_amount,
        coalesce(deals.cross_sell_lost_amount, 0) as cross_sell_lost_amount
    from rows_due
    cross join int_settings
    left join summed
        on
            rows_due.grain = summed.grain
            and rows_due.period_start = summed.period_start
            and rows_due.dimension = summed.dimension
            and rows_due.dimension_value = summed.dimension_value
    left join int_expansion__deals as deals
        on
            rows_due.grain = deals.grain
            and rows_due.period_start = deals.period_start
            and rows_due.dimension = deals.dimension
            and rows_due.dimension_value = deals.dimension_value
),

final as (
    select
        grain,
        period_start,
        period_end,
        is_complete,
        dimension,
        dimension_value,
        cast(opening_accounts as bigint) as opening_accounts,
        cast(opening_mrr as decimal(18, 4)) as opening_mrr,
        cast(expansion_accounts as bigint) as expansion_accounts,
        cast(expansion_mrr as decimal(18, 4)) as expansion_mrr,
        cast(upsell_accounts as bigint) as upsell_accounts,
        cast(upsell_mrr as decimal(18, 4)) as upsell_mrr,
        cast(cross_sell_accounts as bigint) as cross_sell_accounts,
        cast(cross_sell_mrr as decimal(18, 4)) as cross_sell_mrr,
        cast(expansion_mrr as double) / nullif(cast(opening_mrr as double), 0) as expansion_rate,
        cast(upsell_mrr as double) / nullif(cast(opening_mrr as double), 0) as upsell_rate,
        cast(cross_sell_mrr as double) / nullif(cast(opening_mrr as double), 0) as cross_sell_rate,
        cast(expansion_accounts as double) / nullif(cast(opening_accounts as double), 0) as expansion_account_rate,
        cast(upsell_accounts as double) / nullif(cast(opening_accounts as double), 0) as upsell_account_rate,
        cast(cross_sell_accounts as double) / nullif(cast(opening_accounts as double), 0) as cross_sell_account_rate,
        cast(upsell_won as bigint) as upsell_won,
        cast(upsell_lost as bigint) as upsell_lost,
        cast(upsell_won_amount as decimal(18, 4)) as upsell_won_amount,
        cast(upsell_lost_amount as decimal(18, 4)) as upsell_lost_amount,
        cast(upsell_won as double) / nullif(cast(upsell_won + upsell_lost as double), 0) as upsell_win_rate,
        cast(cross_sell_won as bigint) as cross_sell_won,
        cast(cross_sell_lost as bigint) as cross_sell_lost,
        cast(cross_sell_won_amount as decimal(18, 4)) as cross_sell_won_amount,
        cast(cross_sell_lost_amount as decimal(18, 4)) as cross_sell_lost_amount,
        cast(cross_sell_won as double) / nullif(cast(cross_sell_won + cross_sell_lost as double), 0) as cross_sell_win_rate
    from joined
)

select * from final
