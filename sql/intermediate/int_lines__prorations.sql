/*
description: >
    Counted prorations with the months each one pays for, as an exact fraction: those of the full line of its
    subscription that it stands in, by the share of its days.
grain: one row per counted proration
key: [line_id]
*/
with counted as (
    select
        line_id,
        account_id,
        subscription_id,
        service_start,
        service_end,
        service_days,
        interval_unit,
        interval_count,
        interval_numerator,
        interval_denominator,
        full_numerator,
        full_denominator,
        is_proration
    from int_lines__judged
    where not_counted_because is null
),

-- the line that a proration is a part of: the latest that holds its first day, then the smallest id
candidates as (
    select
        prorations.line_id,
        full_lines.line_id as full_line_id,
        full_lines.service_days as full_days,
        full_lines.full_numerator,
        full_lines.full_denominator,
        row_number() over (
            partition by prorations.line_id
            order by full_lines.service_start desc, full_lines.line_id asc
        ) as position
    from counted as prorations
    inner join counted as full_lines
        on
            prorations.account_id = full_lines.account_id
            and prorations.subscription_id = full_lines.subscription_id
    where
        prorations.is_proration
        and not full_lines.is_proration
        and prorations.service_start >= full_lines.service_start
        and prorations.service_start < full_lines.service_end
        and (
            prorations.interval_numerator is null
            or prorations.interval_numerator * full_lines.full_denominator
            = full_lines.full_numerator * prorations.interval_denominator
        )
),

final as (
    select
        counted.line_id,
        candidates.full_line_id,
        cast(
            case
                when candidates.full_line_id is not null then candidates.full_numerator * counted.service_days
                when interval_numerator is not null then interval_numerator * counted.service_days
                else 12 * counted.service_days
            end as bigint
        ) as months_numerator,
        cast(
            case
                when candidates.full_line_id is not null then candidates.full_denominator * candidates.full_days
                when interval_unit in ('month', 'year')
                    then days_between(add_months(service_end, -interval_numerator), service_end)
                when interval_unit = 'week' then interval_denominator * 7 * interval_count
                when interval_unit = 'day' then interval_denominator * interval_count
                else 365
            end as bigint
        ) as months_denominator,
        -- the length of the interval that decides whether a discount given once counts
        case
            when candidates.full_line_id is not null then candidates.full_numerator >= 12 * candidates.full_denominator
            when interval_numerator is not null then interval_numerator >= 12 * interval_denominator
            else 12 * counted.service_days >= 12 * 365
        end as is_yearly
    from counted
    left join candidates
        on
            counted.line_id = candidates.line_id
            and candidates.position = 1
    where counted.is_proration
)

select * from final
