/*
description: >
    Of the trials begun in a month, how many paid within so many days of their beginning. A trial that is younger than a window
    is not in its rate, whether it has paid already or not.
grain: one row per dimension, value and month in which trials began
key: [dimension, dimension_value, trial_month]
columns:
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value at the month's close, or as_of; (none) where it is missing
    trial_month: First day of the month in which the trials began
    trials: Subscriptions with a trial that began in the month
    paying: Those that have paid by as_of
    trials_14: Trials begun at least 14 days before as_of
    paying_14: Those of them that paid within 14 days
    conversion_14: paying_14 / trials_14
    trials_30: Trials begun at least 30 days before as_of
    paying_30: Those of them that paid within 30 days
    conversion_30: paying_30 / trials_30
    trials_60: Trials begun at least 60 days before as_of
    paying_60: Those of them that paid within 60 days
    conversion_60: paying_60 / trials_60
    trials_90: Trials begun at least 90 days before as_of
    paying_90: Those of them that paid within 90 days
    conversion_90: paying_90 / trials_90
checks:
    - {name: longer_windows_hold_fewer_trials, expression: trials >= trials_14 and trials_14 >= trials_30 and trials_30 >= trials_60 and trials_60 >= trials_90}
    - {name: who_pays_had_a_trial, expression: paying <= trials and paying_14 <= trials_14 and paying_30 <= trials_30 and paying_60 <= trials_60 and paying_90 <= trials_90}
*/
with aged as (
    select
        int_trials.account_id,
        cast(date_trunc('month', int_trials.trial_start) as date) as trial_month,
        least(last_day_of_month(int_trials.trial_start), int_settings.as_of) as attribute_day,
        days_between(int_trials.trial_start, int_settings.as_of) as age_days,
        days_between(int_trials.trial_start, int_trials.paid_on) as paid_days
    from int_trials
    cross join int_settings
),

spread as (
    select
        aged.*,
        int_dimension_values.dimension,
        int_dimension_values.dimension_value
    from aged
    inner join int_account_dimensions
        on
            aged.account_id = int_account_dimensions.account_id
            and aged.attribute_day >= int_account_dimensions.from_day
            and aged.attribute_day < int_account_dimensions.to_day
    inner join int_dimension_values on int_account_dimensions.set_no = int_dimension_values.set_no
),

counted as (
    select
        dimension,
        dimension_value,
        trial_month,
        count(*) as trials,
        count(paid_days) as paying,
        count(*) filter (where age_days >= 14) as trials_14,
        count(*) filter (where age_days >= 14 and paid_days <= 14) as paying_14,
        count(*) filter (where age_days >= 30) as trials_30,
        count(*) filter (where age_days >= 30 and paid_days <= 30) as paying_30,
        count(*) filter (where age_days >= 60) as trials_60,
        count(*) filter (where age_days >= 60 and paid_days <= 60) as paying_60,
        count(*) filter (where age_days >= 90) as trials_90,
        count(*) filter (where age_days >= 90 and paid_days <= 90) as paying_90
    from spread
    group by dimension, dimension_value, trial_month
),

final as (
    select
        dimension,
        dimension_value,
        trial_month,
        trials,
        paying,
        trials_14,
        paying_14,
        cast(paying_14 as double) / nullif(cast(trials_14 as double), 0) as conversion_14,
        trials_30,
        paying_30,
        cast(paying_30 as double) / nullif(cast(trials_30 as double), 0) as conversion_30,
        trials_60,
        paying_60,
        cast(paying_60 as double) / nullif(cast(trials_60 as double), 0) as conversion_60,
        trials_90,
        paying_90,
        cast(paying_90 as double) / nullif(cast(trials_90 as double), 0) as conversion_90
    from counted
)

select * from final
