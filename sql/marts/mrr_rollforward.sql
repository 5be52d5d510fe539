/*
description: MRR from the open to the close of each period, by movement, with the accounts behind it.
grain: one row per grain, period, dimension and value; 'all' has a row for every period
key: [grain, period_start, dimension, dimension_value]
columns:
    grain: month, quarter, year, or ttm (the twelve months that end with a month)
    period_start: First day of the period
    period_end: Last day of the period by the calendar, inclusive
    is_complete: Whether the last day is at or before as_of
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value on the open day, or on the close day for accounts not active at the open; (none) where it is missing
    opening_mrr: MRR at the close of the day before the period, in the reporting currency
    opening_book_mrr: MRR of accounts that were customers before the books open
    new_mrr: MRR of accounts never active before
    reactivation_mrr: MRR of accounts that came back
    expansion_mrr: Growth of accounts active at both ends
    upsell_mrr: Expansion by seats or plan
    cross_sell_mrr: Expansion by products new to the account
    price_increase_mrr: Expansion by price at the same plan and quantity
    contraction_mrr: Decline of accounts active at both ends
    downsell_mrr: Contraction by seats or plan
    product_drop_mrr: Contraction by products given up
    price_decrease_mrr: Contraction by price at the same plan and quantity
    churned_mrr: Opening MRR of accounts not active at the close
    fx_mrr: What exchange rates alone changed
    closing_mrr: MRR at the close of the period or of as_of
    opening_accounts: Accounts active at the open
    opening_book_accounts: Accounts of the opening book that appear
    new_accounts: New accounts
    reactivated_accounts: Accounts that came back
    churned_accounts: Accounts active at the open and not at the close
    closing_accounts: Accounts active at the close
    arpa: closing_mrr per closing account; NULL without accounts
    quick_ratio: (new + reactivation + expansion) / (contraction + churned); NULL when nothing was lost
    intra_period_accounts: Accounts active within the period at neither end; on the row all alone
accepted_values:
    grain: [month, quarter, year, ttm]
checks:
    - name: rolls_forward
      expression: >
          opening_mrr + opening_book_mrr + new_mrr + reactivation_mrr + expansion_mrr
          - contraction_mrr - churned_mrr + fx_mrr = closing_mrr
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
        sum(opening_mrr) as opening_mrr,
        sum(opening_book_mrr) as opening_book_mrr,
        sum(new_mrr) as new_mrr,
        sum(reactivation_mrr) as reactivation_mrr,
        sum(expansion_mrr) as expansion_mrr,
        sum(upsell_mrr) as upsell_mrr,
        sum(cross_sell_mrr) as cross_sell_mrr,
        sum(price_increase_mrr) as price_increase_mrr,
        sum(contraction_mrr) as contraction_mrr,
        sum(downsell_mrr) as downsell_mrr,
        sum(product_drop_mrr) as product_drop_mrr,
        sum(price_decrease_mrr) as price_decrease_mrr,
        sum(churned_mrr) as churned_mrr,
        sum(fx_mrr) as fx_mrr,
        sum(closing_mrr) as closing_mrr,
        sum(opening_accounts) as opening_accounts,
        sum(opening_book_accounts) as opening_book_accounts,
        sum(new_accounts) as new_accounts,
        sum(reactivated_accounts) as reactivated_accounts,
        sum(churned_accounts) as churned_accounts,
        sum(closing_accounts) as closing_accounts
    from spread
    group by grain, period_start, dimension, dimension_value
),

-- every period has a row for all; a group has one where it has an account
rows_due as (
    select
        grain,
        period_start,
        'all' as dimension,
        'all' as dimension_value
    from int_periods
    union
    select
        grain,
        period_start,
        dimension,
        dimension_value
    from summed
),

final as (
    select
        rows_due.grain,
        rows_due.period_start,
        int_periods.period_end,
        int_periods.is_complete,
        rows_due.dimension,
        rows_due.dimension_value,
        cast(coalesce(summed.opening_mrr, 0) as decimal(18, 4)) as opening_mrr,
        cast(coalesce(summed.opening_book_mrr, 0) as decimal(18, 4)) as opening_book_mrr,
        cast(coalesce(summed.new_mrr, 0) as decimal(18, 4)) as new_mrr,
        cast(coalesce(summed.reactivation_mrr, 0) as decimal(18, 4)) as reactivation_mrr,
        cast(coalesce(summed.expansion_mrr, 0) as decimal(18, 4)) as expansion_mrr,
        cast(coalesce(summed.upsell_mrr, 0) as decimal(18, 4)) as upsell_mrr,
        cast(coalesce(summed.cross_sell_mrr, 0) as decimal(18, 4)) as cross_sell_mrr,
        cast(coalesce(summed.price_increase_mrr, 0) as decimal(18, 4)) as price_increase_mrr,
        cast(coalesce(summed.contraction_mrr, 0) as decimal(18, 4)) as contraction_mrr,
        cast(coalesce(summed.downsell_mrr, 0) as decimal(18, 4)) as downsell_mrr,
        cast(coalesce(summed.product_drop_mrr, 0) as decimal(18, 4)) as product_drop_mrr,
        cast(coalesce(summed.price_decrease_mrr, 0) as decimal(18, 4)) as price_decrease_mrr,
        cast(coalesce(summed.churned_mrr, 0) as decimal(18, 4)) as churned_mrr,
        cast(coalesce(summed.fx_mrr, 0) as decimal(18, 4)) as fx_mrr,
        cast(coalesce(summed.closing_mrr, 0) as decimal(18, 4)) as closing_mrr,
        cast(coalesce(summed.opening_accounts, 0) as bigint) as opening_accounts,
        cast(coalesce(summed.opening_book_accounts, 0) as bigint) as opening_book_accounts,
        cast(coalesce(summed.new_accounts, 0) as bigint) as new_accounts,
        cast(coalesce(summed.reactivated_accounts, 0) as bigint) as reactivated_accounts,
        cast(coalesce(summed.churned_accounts, 0) as bigint) as churned_accounts,
        cast(coalesce(summed.closing_accounts, 0) as bigint) as closing_accounts,
        cast(summed.closing_mrr as double) / nullif(cast(summed.closing_accounts as double), 0) as arpa,
        cast(summed.new_mrr + summed.reactivation_mrr + summed.expansion_mrr as double)
        / nullif(cast(summed.contraction_mrr + summed.churned_mrr as double), 0) as quick_ratio,
        case when rows_due.dimension = 'all' then cast(coalesce(passing.accounts, 0) as bigint) end as intra_period_accounts
    from rows_due
    inner join int_periods
        on
            rows_due.grain = int_periods.grain
            and rows_due.period_start = int_periods.period_start
    left join summed
        on
            rows_due.grain = summed.grain
            and rows_due.period_start = summed.period_start
            and rows_due.dimension = summed.dimension
            and rows_due.dimension_value = summed.dimension_value
    left join int_periods__passing_accounts as passing on int_periods.period_no = passing.period_no
)

select * from final
