/*
description: >
    Subscriptions. They start on start_date, which is before created for those imported, and end when Stripe says so, or on the day
    for which the cancellation is set. One whose first invoice was never paid (incomplete) gave no service: it ends on the day on
    which it started.
grain: one row per subscription
key: [subscription_id]
*/
with subscriptions as (
    select * from stripe.subscriptions
    where _deleted is not true
),

final as (
    select
        id as subscription_id,
        customer as account_id,
        coalesce(start_date, created) as started_on,
        case
            when status in ('incomplete', 'incomplete_expired') then coalesce(start_date, created)
            else coalesce(ended_at, cancel_at)
        end as ended_on,
        canceled_at,
        coalesce(json_extract_scalar(metadata, '$.cancel_reason'), cancellation_feedback, cancellation_reason) as cancel_reason,
        trial_start,
        trial_end,
        _file,
        _line
    from subscriptions
)

select * from final
