/*
description: The calendar months of service, from the first day that any counted line or item serves to as_of.
grain: one row per month
key: [month_no]
*/
with first_days as (
    select min(service_start) as first_day from int_lines__mrr where not_counted_because is null
    union all
    select min(starts_on) as first_day from subscription_items
),

bounds as (
    select
        min(first_days.first_day) as first_day,
        int_settings.as_of
    from first_days
    cross join int_settings
    group by int_settings.as_of
),

starts as (
    select cast(starts.month_start as date) as month_start
    from bounds
    cross join unnest(sequence(date_trunc('month', bounds.first_day), bounds.as_of, interval '1' month)) as starts (month_start)
    where bounds.first_day is not null
),

final as (
    select
        month_no(starts.month_start) as month_no,
        starts.month_start,
        add_months(starts.month_start, 1) as next_month_start,
        add_days(add_months(starts.month_start, 1), -1) <= int_settings.as_of as is_complete
    from starts
    cross join int_settings
)

select * from final
