/*
description: >
    Up-sell and cross-sell deals decided in each period, in total and by dimension. An account's attributes are those of the
    period's open day when it is active then, else of the close day; a deal without an account is in the total alone.
grain: one row per grain, period, dimension and value with a decided deal
key: [grain, period_start, dimension, dimension_value]
*/
with grains as (
    select * from int_grains
),

decided as (
    select
        grains.grain,
        cast(date_trunc(grains.grain, deals.closed_on) as date) as period_start,
        add_days(add_months(cast(date_trunc(grains.grain, deals.closed_on) as date), grains.months), -1) as period_end,
        deals.account_id,
        deals.kind,
        deals.outcome,
        deals.amount
    from int_opportunities as deals
    cross join grains
    where deals.outcome != 'open' and deals.closed_on is not null and deals.kind in ('upsell', 'cross_sell')
),

placed as (
    select
        decided.*,
        case
            when account_period.opening_mrr > 0 then add_days(decided.period_start, -1)
            else least(decided.period_end, int_settings.as_of)
        end as attribute_day
    from decided
    cross join int_settings
    left join account_period
        on
            decided.grain = account_period.grain
            and decided.period_start = account_period.period_start
            and decided.account_id = account_period.account_id
),

spread as (
    select
        placed.*,
        'all' as dimension,
        'all' as dimension_value
    from placed
    union all
    select
        placed.*,
        int_dimension_values.dimension,
        int_dimension_values.dimension_value
    from placed
    inner join int_account_dimensions
        on
            placed.account_id = int_account_dimensions.account_id
            and placed.attribute_day >= int_account_dimensions.from_day
            and placed.attribute_day < int_account_dimensions.to_day
    inner join int_dimension_values
        on
            int_account_dimensions.set_no = int_dimension_values.set_no
            and int_dimension_values.dimension != 'all'
),

final as (
    select
        grain,
        period_start,
        period_end,
        dimension,
        dimension_value,
        count(*) filter (where kind = 'upsell' and outcome = 'won') as upsell_won,
        count(*) filter (where kind = 'upsell' and outcome = 'lost') as upsell_lost,
        count(*) filter (where kind = 'cross_sell' and outcome = 'won') as cross_sell_won,
        count(*) filter (where kind = 'cross_sell' and outcome = 'lost') as cross_sell_lost,
        coalesce(sum(amount) filter (where kind = 'upsell' and outcome = 'won'), 0) as upsell_won_amount,
        coalesce(sum(amount) filter (where kind = 'upsell' and outcome = 'lost'), 0) as upsell_lost_amount,
        coalesce(sum(amount) filter (where kind = 'cross_sell' and outcome = 'won'), 0) as cross_sell_won_amount,
        coalesce(sum(amount) filter (where kind = 'cross_sell' and outcome = 'lost'), 0) as cross_sell_lost_amount
    from spread
    group by grain, period_start, period_end, dimension, dimension_value
)

select * from final
