/*
description: Subscriptions with the dates that cut their lines, as dates in the pipeline's time zone.
grain: one row per subscription
key: [subscription_id]
*/
select
    subscriptions.subscription_id,
    subscriptions.account_id,
    subscriptions.started_on,
    subscriptions.ended_on,
    local_date(subscriptions.canceled_at, int_settings.timezone) as canceled_on,
    -- the first day without service by the policy; NULL while it runs
    case
        when int_settings.churn_on = 'cancel_date'
            then least(subscriptions.ended_on, local_date(subscriptions.canceled_at, int_settings.timezone))
        else subscriptions.ended_on
    end as cut_on
from subscriptions
cross join int_settings
