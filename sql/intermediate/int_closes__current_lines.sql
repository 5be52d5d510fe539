/*
description: >
    Plan and quantity of the current line of each key at each close: of the lines of positive MRR whose window holds
    the day, or held the day before the gap that grace bridges, the one with the latest start, then the largest id.
grain: one row per key and close
key: [key_id, close_day]
*/
with days as (
    select
        key_id,
        line_id,
        window_start,
        plan_id,
        quantity,
        int_closes.close_day
    from int_windows
    cross join unnest(sequence(int_windows.first_month_no, int_windows.last_month_no, 1)) as held (month_no)
    inner join int_closes on held.month_no = int_closes.month_no
    where int_windows.mrr > 0
    union all
    select
        int_windows.key_id,
        int_windows.line_id,
        int_windows.window_start,
        int_windows.plan_id,
        int_windows.quantity,
        int_closes.close_day
    from int_levels
    cross join unnest(sequence(int_levels.first_month_no, int_levels.last_month_no, 1)) as held (month_no)
    inner join int_closes on held.month_no = int_closes.month_no
    inner join int_windows
        on
            int_levels.key_id = int_windows.key_id
            and int_levels.from_day = int_windows.window_end
    where int_levels.is_grace and int_windows.mrr > 0
),

-- ISO dates and ids compare as text; max_by skips NULL, so a missing value travels as one that no record holds
final as (
    select
        key_id,
        close_day,
        nullif(max_by(coalesce(plan_id, ''), concat(cast(window_start as varchar), line_id)), '') as plan_id,
        nullif(max_by(coalesce(quantity, -1), concat(cast(window_start as varchar), line_id)), -1) as quantity
    from days
    group by key_id, close_day
)

select * from final
