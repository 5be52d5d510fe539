/*
description: >
    Every span of days on which a key has a level that is not zero, from its windows or by grace, up to as_of; with the
    months at whose close it holds.
grain: one row per key and span of days
key: [key_id, from_day]
checks:
    - {name: span_is_not_empty, expression: from_day < to_day}
*/
with spans as (
    select
        int_levels__swept.key_id,
        int_levels__swept.from_day,
        least(int_levels__swept.to_day, int_settings.day_after) as to_day,
        int_levels__swept.level,
        false as is_grace
    from int_levels__swept
    cross join int_settings
    where int_levels__swept.lines > 0 and int_levels__swept.level != 0
    union all
    select
        key_id,
        from_day,
        to_day,
        level,
        true as is_grace
    from int_levels__grace
),

final as (
    select
        spans.*,
        month_no(from_day) as first_month_no,
        case when to_day > int_settings.as_of then month_no(int_settings.as_of) else month_no(to_day) - 1 end as last_month_no
    from spans
    cross join int_settings
)

select * from final
