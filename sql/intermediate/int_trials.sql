/*
description: >
    The trials begun by as_of and the first day, from then on, on which they pay: on which the subscription has a level, or,
    when the account paid nothing as the trial began, any of its subscriptions.
grain: one row per subscription with a trial
key: [subscription_id]
*/
with trials as (
    select
        subscriptions.subscription_id,
        subscriptions.account_id,
        subscriptions.trial_start
    from subscriptions
    cross join int_settings
    where subscriptions.trial_start <= int_settings.as_of
),

trial_levels as (
    select
        int_keys.account_id,
        int_keys.subscription_id,
        int_levels.from_day,
        int_levels.to_day
    from int_levels
    inner join int_keys on int_levels.key_id = int_keys.key_id
    where
        int_levels.level > 0
        and not int_levels.is_grace
        and int_keys.account_id in (select account_id from trials)
),

paid as (
    select
        trials.subscription_id,
        min(greatest(trial_levels.from_day, trials.trial_start))
        filter (where trial_levels.subscription_id = trials.subscription_id) as own_day,
        min(greatest(trial_levels.from_day, trials.trial_start)) as any_day,
        coalesce(
            bool_or(trial_levels.subscription_id != trials.subscription_id and trial_levels.from_day < trials.trial_start),
            false
        ) as paid_before
    from trials
    inner join trial_levels
        on
            trials.account_id = trial_levels.account_id
            and trial_levels.to_day > trials.trial_start
    group by trials.subscription_id
),

final as (
    select
        trials.subscription_id,
        trials.account_id,
        trials.trial_start,
        case when paid.paid_before then paid.own_day else paid.any_day end as paid_on
    from trials
    left join paid on trials.subscription_id = paid.subscription_id
)

select * from final
