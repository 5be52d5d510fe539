/*
description: >
    The periods of every grain, from that of the first day on which any account has a level to that of as_of,
    with the days they open and close on.
grain: one row per grain and period
key: [grain, period_start]
*/
with first_day as (
    select min(from_day) as first_day from int_levels
),

bounds as (
    select
        first_day.first_day,
        int_settings.as_of
    from first_day
    cross join int_settings
    where first_day.first_day is not null
),

months as (
    select
        'month' as grain,
        cast(starts.period_start as date) as period_start,
        last_day_of_month(cast(starts.period_start as date)) as period_end
    from bounds
    cross join unnest(sequence(date_trunc('month', bounds.first_day), bounds.as_of, interval '1' month)) as starts (period_start)
),

quarters as (
    select distinct
        'quarter' as grain,
        cast(date_trunc('quarter', period_start) as date) as period_start,
        add_days(add_months(cast(date_trunc('quarter', period_start) as date), 3), -1) as period_end
    from months
),

years as (
    select distinct
        'year' as grain,
        cast(date_trunc('year', period_start) as date) as period_start,
        add_days(add_months(cast(date_trunc('year', period_start) as date), 12), -1) as period_end
    from months
),

trailing_years as (
    select
        'ttm' as grain,
        add_months(period_start, -11) as period_start,
        period_end
    from months
),

all_periods as (
    select * from months
    union all
    select * from quarters
    union all
    select * from years
    union all
    select * from trailing_years
),

final as (
    select
        cast(row_number() over (order by grain, period_start) as integer) as period_no,
        grain,
        period_start,
        period_end,
        add_days(period_start, -1) as open_day,
        least(period_end, bounds.as_of) as close_day,
        period_end <= bounds.as_of as is_complete
    from all_periods
    cross join bounds
)

select * from final
