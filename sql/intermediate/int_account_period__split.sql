/*
description: >
    What of an account's change came by products added and dropped, and what by price at the same plan and quantity.
    In a group where a product is added and another dropped, one replaces the other.
grain: one row per period and account with something to split
key: [period_no, account_no]
*/
with sums as (
    select
        period_no,
        account_no,
        group_no,
        coalesce(sum(delta_mrr) filter (where is_product_added), 0) as added_mrr,
        coalesce(-sum(delta_mrr) filter (where is_product_dropped), 0) as dropped_mrr,
        coalesce(sum(delta_mrr) filter (where is_same_plan_and_quantity), 0) as price_mrr
    from int_account_period__keys
    group by period_no, account_no, group_no
),

final as (
    select
        period_no,
        account_no,
        cast(greatest(coalesce(sum(added_mrr) filter (where not (added_mrr > 0 and dropped_mrr > 0)), 0), 0) as decimal(18, 4)) as cross_sell_mrr,
        cast(greatest(coalesce(sum(dropped_mrr) filter (where not (added_mrr > 0 and dropped_mrr > 0)), 0), 0) as decimal(18, 4)) as product_drop_mrr,
        cast(sum(price_mrr) as decimal(18, 4)) as price_mrr
    from sums
    group by period_no, account_no
)

select * from final
