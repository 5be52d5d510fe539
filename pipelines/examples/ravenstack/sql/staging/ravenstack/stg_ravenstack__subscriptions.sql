/*
description: Subscriptions with their first day and the first day without service.
grain: one row per subscription
key: [subscription_id]
*/
select
    subscription_id,
    account_id,
    start_date as started_on,
    end_date as ended_on,
    _file,
    _line
from ravenstack.subscriptions
