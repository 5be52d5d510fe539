/*
description: The periods in which a survey was sent or answered, with the day on which each closes.
grain: one row per grain and period
key: [grain, period_start]
*/
with days as (
    select responded_on as day from int_survey_answers
    union
    select sent_on as day from int_survey_invitations
),

starts as (
    select 'month' as grain, cast(date_trunc('month', day) as date) as period_start, 1 as months from days
    union
    select 'quarter' as grain, cast(date_trunc('quarter', day) as date) as period_start, 3 as months from days
    union
    select 'year' as grain, cast(date_trunc('year', day) as date) as period_start, 12 as months from days
),

final as (
    select
        starts.grain,
        starts.period_start,
        add_days(add_months(starts.period_start, starts.months), -1) as period_end,
        least(add_days(add_months(starts.period_start, starts.months), -1), int_settings.as_of) as close_day,
        add_days(add_months(starts.period_start, starts.months), -1) <= int_settings.as_of as is_complete
    from starts
    cross join int_settings
)

select * from final
