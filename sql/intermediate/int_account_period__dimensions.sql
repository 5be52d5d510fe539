/*
description: >
    The movements of all accounts summed per period and set of dimension values. An account's set is that of the open
    day when it is active then, else that of the close day.
grain: one row per grain, period and set
key: [grain, period_start, set_no]
*/
with placed as (
    select
        account_period.*,
        int_account_dimensions.set_no
    from account_period
    inner join int_periods
        on
            account_period.grain = int_periods.grain
            and account_period.period_start = int_periods.period_start
    inner join int_account_dimensions
        on
            account_period.account_id = int_account_dimensions.account_id
            and case when account_period.opening_mrr > 0 then int_periods.open_day else int_periods.close_day end
            >= int_account_dimensions.from_day
            and case when account_period.opening_mrr > 0 then int_periods.open_day else int_periods.close_day end
            < int_account_dimensions.to_day
),

final as (
    select
        grain,
        period_start,
        set_no,
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
        sum(retained_mrr) as retained_mrr,
        sum(gross_retained_mrr) as gross_retained_mrr,
        coalesce(sum(closing_mrr) filter (where opening_mrr > 0), 0) as reported_mrr,
        count(*) filter (where opening_mrr > 0) as opening_accounts,
        count(*) filter (where movement = 'opening_book') as opening_book_accounts,
        count(*) filter (where movement = 'new') as new_accounts,
        count(*) filter (where movement = 'reactivation') as reactivated_accounts,
        count(*) filter (where movement = 'churn') as churned_accounts,
        count(*) filter (where closing_mrr > 0) as closing_accounts,
        -- of those active at the open: who returns is none of them, whatever policy reactivation calls it
        count(*) filter (where expansion_mrr > 0 and opening_mrr > 0) as expansion_accounts,
        count(*) filter (where upsell_mrr > 0 and opening_mrr > 0) as upsell_accounts,
        count(*) filter (where cross_sell_mrr > 0 and opening_mrr > 0) as cross_sell_accounts
    from placed
    group by grain, period_start, set_no
)

select * from final
