/*
description: Subscriptions in the shape in which our connector lands them.
grain: one row per subscription
*/
select
    id,
    customer_id as customer,
    status,
    created,
    start_date,
    trial_start,
    trial_end,
    cancel_at,
    canceled_at,
    ended_at,
    cast(null as varchar) as cancellation_feedback,
    cast(null as varchar) as cancellation_reason,
    metadata,
    false as _deleted,
    _file,
    _line
from stripe.subscription_data
