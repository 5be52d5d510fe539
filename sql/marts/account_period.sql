/*
description: What became of each account's MRR in each period; the roll-forward of every account.
grain: one row per grain, period and account that is active at the open or at the close
key: [grain, period_start, account_id]
columns:
    grain: month, quarter, year, or ttm (the twelve months that end with a month)
    period_start: First day of the period
    period_end: Last day of the period by the calendar, inclusive
    is_complete: Whether the last day is at or before as_of
    account_id: The account
    opening_mrr: MRR at the close of the day before the period, in the reporting currency
    opening_book_mrr: Closing MRR of an account of the opening book that appears for the first time
    new_mrr: Closing MRR of an account never active at an earlier month close
    reactivation_mrr: Closing MRR of an account that was active before and not at the open
    expansion_mrr: Growth of an account active at both ends, at the opening rate
    upsell_mrr: Expansion by seats or plan
    cross_sell_mrr: Expansion by products the account had none of at the open
    price_increase_mrr: Expansion by price, at the same plan and quantity
    contraction_mrr: Decline of an account active at both ends, at the opening rate
    downsell_mrr: Contraction by seats or plan
    product_drop_mrr: Contraction by products the account has none of at the close
    price_decrease_mrr: Contraction by price, at the same plan and quantity
    churned_mrr: Opening MRR of an account not active at the close
    fx_mrr: What exchange rates alone changed
    closing_mrr: MRR at the close of the period or of as_of
    movement: opening_book, new, reactivation, expansion, contraction, churn or none
    retained_mrr: Closing MRR at the opening rate of an account active at both ends, else 0
    gross_retained_mrr: The smaller of retained_mrr and opening_mrr
accepted_values:
    grain: [month, quarter, year, ttm]
    movement: [opening_book, new, reactivation, expansion, contraction, churn, none]
checks:
    - name: rolls_forward
      expression: >
          opening_mrr + opening_book_mrr + new_mrr + reactivation_mrr + expansion_mrr
          - contraction_mrr - churned_mrr + fx_mrr = closing_mrr
    - name: expansion_is_split
      expression: upsell_mrr + cross_sell_mrr + price_increase_mrr = expansion_mrr
    - name: contraction_is_split
      expression: downsell_mrr + product_drop_mrr + price_decrease_mrr = contraction_mrr
    - name: amounts_are_not_negative
      expression: >
          least(opening_mrr, opening_book_mrr, new_mrr, reactivation_mrr, upsell_mrr, cross_sell_mrr,
          price_increase_mrr, downsell_mrr, product_drop_mrr, price_decrease_mrr, churned_mrr, closing_mrr) >= 0
    - name: gross_is_at_most_opening
      expression: gross_retained_mrr <= opening_mrr and gross_retained_mrr <= retained_mrr
same_rows_as: int_account_period__totals
*/
with classed as (
    select
        int_periods.grain,
        int_periods.period_start,
        int_periods.period_end,
        int_periods.is_complete,
        int_accounts__firsts.account_id,
        totals.opening_mrr,
        totals.closing_mrr,
        totals.retained_mrr,
        case
            when totals.opening_mrr > 0 and totals.closing_mrr > 0 then 'stays'
            when totals.opening_mrr > 0 then 'churn'
            when coalesce(int_accounts__firsts.first_month_close <= int_periods.open_day, false) then 'reactivation'
            when int_accounts__firsts.is_opening_book then 'opening_book'
            else 'new'
        end as class,
        split.cross_sell_mrr,
        split.product_drop_mrr,
        split.price_mrr
    from int_account_period__totals as totals
    inner join int_periods on totals.period_no = int_periods.period_no
    inner join int_accounts__firsts on totals.account_no = int_accounts__firsts.account_no
    left join int_account_period__split as split
        on
            totals.period_no = split.period_no
            and totals.account_no = split.account_no
),

moved as (
    select
        classed.*,
        case when class = 'stays' then greatest(retained_mrr - opening_mrr, 0) else 0 end as grown_mrr,
        case when class = 'stays' then greatest(opening_mrr - retained_mrr, 0) else 0 end as contraction_mrr,
        -- policy reactivation folds the class into another
        case when class = 'reactivation' and int_settings.reactivation = 'expansion' then closing_mrr else 0 end as returned_mrr,
        case
            when class = 'reactivation' and int_settings.reactivation != 'own' then int_settings.reactivation
            when class != 'stays' then class
            when abs(retained_mrr - opening_mrr) < int_settings.movement_tolerance then 'none'
            when retained_mrr > opening_mrr then 'expansion'
            when retained_mrr < opening_mrr then 'contraction'
            else 'none'
        end as movement
    from classed
    cross join int_settings
),

split_first as (
    select
        moved.*,
        least(grown_mrr, coalesce(cross_sell_mrr, 0)) as cross_sell,
        least(contraction_mrr, coalesce(product_drop_mrr, 0)) as product_drop
    from moved
),

split_second as (
    select
        split_first.*,
        least(grown_mrr - cross_sell, greatest(coalesce(price_mrr, 0), 0)) as price_increase,
        least(contraction_mrr - product_drop, greatest(-coalesce(price_mrr, 0), 0)) as price_decrease
    from split_first
),

final as (
    select
        grain,
        period_start,
        period_end,
        is_complete,
        account_id,
        opening_mrr,
        cast(case when class = 'opening_book' then closing_mrr else 0 end as decimal(18, 4)) as opening_book_mrr,
        cast(case when movement = 'new' then closing_mrr else 0 end as decimal(18, 4)) as new_mrr,
        cast(case when movement = 'reactivation' then closing_mrr else 0 end as decimal(18, 4)) as reactivation_mrr,
        cast(grown_mrr + returned_mrr as decimal(18, 4)) as expansion_mrr,
        cast(grown_mrr - cross_sell - price_increase + returned_mrr as decimal(18, 4)) as upsell_mrr,
        cast(cross_sell as decimal(18, 4)) as cross_sell_mrr,
        cast(price_increase as decimal(18, 4)) as price_increase_mrr,
        cast(contraction_mrr as decimal(18, 4)) as contraction_mrr,
        cast(contraction_mrr - product_drop - price_decrease as decimal(18, 4)) as downsell_mrr,
        cast(product_drop as decimal(18, 4)) as product_drop_mrr,
        cast(price_decrease as decimal(18, 4)) as price_decrease_mrr,
        cast(case when class = 'churn' then opening_mrr else 0 end as decimal(18, 4)) as churned_mrr,
        cast(case when class = 'stays' then closing_mrr - retained_mrr else 0 end as decimal(18, 4)) as fx_mrr,
        closing_mrr,
        movement,
        retained_mrr,
        cast(least(retained_mrr, opening_mrr) as decimal(18, 4)) as gross_retained_mrr
    from split_second
)

select * from final
