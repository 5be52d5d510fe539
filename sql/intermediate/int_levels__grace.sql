/*
description: >
    The days of grace of each key: a gap after a line that ran to its own end keeps its level for grace_days,
    until service resumes, the subscription ends, or another product or currency of the subscription takes its place.
grain: one row per key and gap that is bridged
key: [key_id, from_day]
*/
with swept as (
    select
        int_levels__swept.*,
        lag(level) over (partition by key_id order by from_day) as level_before
    from int_levels__swept
),

gaps as (
    select
        key_id,
        from_day,
        to_day,
        level_before
    from swept
    where lines = 0 and level_before != 0
),

-- the lines that held the day before the gap, the current one first
last_lines as (
    select
        gaps.key_id,
        gaps.from_day,
        int_windows.ran_to_its_end,
        row_number() over (
            partition by gaps.key_id, gaps.from_day
            order by int_windows.window_start desc, int_windows.line_id desc
        ) as position
    from gaps
    inner join int_windows
        on
            gaps.key_id = int_windows.key_id
            and gaps.from_day = int_windows.window_end
),

awaited as (
    select
        gaps.*,
        int_keys.subscription_no,
        least(
            gaps.to_day,
            add_days(gaps.from_day, int_settings.grace_days),
            int_settings.day_after,
            coalesce(int_subscriptions__dated.cut_on, date '9999-12-31')
        ) as until_day
    from gaps
    inner join last_lines
        on
            gaps.key_id = last_lines.key_id
            and gaps.from_day = last_lines.from_day
            and last_lines.position = 1
    inner join int_keys on gaps.key_id = int_keys.key_id
    cross join int_settings
    left join int_subscriptions__dated on int_keys.subscription_id = int_subscriptions__dated.subscription_id
    where last_lines.ran_to_its_end and int_settings.grace_days > 0
),

-- days on which a key turns positive that was not so on any of the grace_days + 1 days before
positive as (
    select
        key_id,
        from_day,
        lag(to_day) over (partition by key_id order by from_day) as positive_until
    from int_levels__swept
    where level > 0
),

arrivals as (
    select
        int_keys.subscription_no,
        positive.key_id,
        positive.from_day
    from positive
    inner join int_keys on positive.key_id = int_keys.key_id
    cross join int_settings
    where
        positive.positive_until is null
        or days_between(positive.positive_until, positive.from_day) >= int_settings.grace_days + 1
),

replaced as (
    select
        awaited.key_id,
        awaited.from_day,
        min(arrivals.from_day) as replaced_on
    from awaited
    inner join arrivals
        on
            awaited.subscription_no = arrivals.subscription_no
            and awaited.key_id != arrivals.key_id
    where
        arrivals.from_day >= awaited.from_day
        and arrivals.from_day < awaited.until_day
    group by awaited.key_id, awaited.from_day
),

final as (
    select
        awaited.key_id,
        awaited.from_day,
        least(awaited.until_day, coalesce(replaced.replaced_on, date '9999-12-31')) as to_day,
        awaited.level_before as level
    from awaited
    left join replaced
        on
            awaited.key_id = replaced.key_id
            and awaited.from_day = replaced.from_day
    where awaited.from_day < least(awaited.until_day, coalesce(replaced.replaced_on, date '9999-12-31'))
)

select * from final
