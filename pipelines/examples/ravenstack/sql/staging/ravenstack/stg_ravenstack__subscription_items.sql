/*
description: >
    What each subscription is worth a month. There is one product; the tier is its plan. A trial is worth nothing.
grain: one row per subscription
key: [item_id]
*/
select
    subscription_id as item_id,
    account_id,
    subscription_id,
    'ravenstack' as product_id,
    plan_tier as plan_id,
    seats as quantity,
    'USD' as currency,
    mrr_amount as mrr,
    start_date as starts_on,
    end_date as ends_on,
    _file,
    _line
from ravenstack.subscriptions
