/*
description: >
    Counted invoice lines with the months each one pays for, as an exact fraction. A proration takes the
    months of the full line of its subscription that it stands in, by the share of its days.
grain: one row per counted invoice line
key: [line_id]
checks:
    - {name: months_are_positive, expression: months_numerator > 0 and months_denominator > 0}
*/
with counted as (
    select
        int_lines__judged.*,
        days_between(service_start, service_end) as service_days,
        months_between(service_start, service_end) as calendar_months
    from int_lines__judged
    where not_counted_because is null
),

-- the interval in months: weeks are 12/52, days 12/365 of one
intervals as (
    select
        counted.*,
        case interval_unit
            when 'year' then 12 * interval_count
            when 'month' then interval_count
            when 'week' then 12 * interval_count
            when 'day' then 12 * interval_count
        end as interval_numerator,
        case interval_unit
            when 'week' then 52
            when 'day' then 365
            else 1
        end as interval_denominator
    from counted
),

full_lines as (
    select
        line_id,
        account_id,
        subscription_id,
        service_start,
        service_end,
        service_days,
        case
            when interval_numerator is not null then interval_numerator
            when
                calendar_months between 1 and 60
                and (
                    service_end = add_months(service_start, calendar_months)
                    or service_start = add_months(service_end, -calendar_months)
                )
                then calendar_months
            else 12 * service_days
        end as months_numerator,
        case
            when interval_numerator is not null then interval_denominator
            when
                calendar_months between 1 and 60
                and (
                    service_end = add_months(service_start, calendar_months)
                    or service_start = add_months(service_end, -calendar_months)
                )
                then 1
            else 365
        end as months_denominator
    from intervals
    where not is_proration
),

-- the line that a proration is a part of: the latest that holds its first day, then the smallest id
candidates as (
    select
        prorations.line_id,
        full_lines.line_id as full_line_id,
        full_lines.service_days as full_days,
        full_lines.months_numerator as full_numerator,
        full_lines.months_denominator as full_denominator,
        row_number() over (
            partition by prorations.line_id
            order by full_lines.service_start desc, full_lines.line_id asc
        ) as position
    from intervals as prorations
    inner join full_lines
        on
            prorations.account_id = full_lines.account_id
            and prorations.subscription_id = full_lines.subscription_id
    where
        prorations.is_proration
        and prorations.service_start >= full_lines.service_start
        and prorations.service_start < full_lines.service_end
        and (
            prorations.interval_numerator is null
            or prorations.interval_numerator * full_lines.months_denominator
            = full_lines.months_numerator * prorations.interval_denominator
        )
),

prorations as (
    select
        intervals.line_id,
        candidates.full_line_id,
        case
            when candidates.full_line_id is not null then candidates.full_numerator * intervals.service_days
            when interval_numerator is not null then interval_numerator * intervals.service_days
            else 12 * intervals.service_days
        end as months_numerator,
        case
            when candidates.full_line_id is not null then candidates.full_denominator * candidates.full_days
            when interval_unit in ('month', 'year')
                then days_between(add_months(service_end, -interval_numerator), service_end)
            when interval_unit = 'week' then interval_denominator * 7 * interval_count
            when interval_unit = 'day' then interval_denominator * interval_count
            else 365
        end as months_denominator,
        -- the length of the interval that decides whether a discount given once counts
        case
            when candidates.full_line_id is not null then candidates.full_numerator >= 12 * candidates.full_denominator
            when interval_numerator is not null then interval_numerator >= 12 * interval_denominator
            else 12 * intervals.service_days >= 12 * 365
        end as is_yearly
    from intervals
    left join candidates
        on
            intervals.line_id = candidates.line_id
            and candidates.position = 1
    where intervals.is_proration
),

months as (
    select
        line_id,
        cast(null as varchar) as full_line_id,
        months_numerator,
        months_denominator,
        months_numerator >= 12 * months_denominator as is_yearly
    from full_lines
    union all
    select
        line_id,
        full_line_id,
        months_numerator,
        months_denominator,
        is_yearly
    from prorations
),

final as (
    select
        intervals.*,
        months.full_line_id,
        cast(months.months_numerator as bigint) as months_numerator,
        cast(months.months_denominator as bigint) as months_denominator,
        months.is_yearly
    from intervals
    inner join months on intervals.line_id = months.line_id
)

select * from final
