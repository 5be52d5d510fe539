/*
description: >
    The level of every key from one change of its windows to the next, before grace. A span without a line is a
    gap between windows, or what follows the last one.
grain: one row per key and day on which its windows change
key: [key_id, from_day]
*/
with edges as (
    select key_id, window_start as day, mrr, noise_units, 1 as lines from int_windows
    union all
    select key_id, window_end as day, -mrr, -noise_units, -1 as lines from int_windows
),

changes as (
    select
        key_id,
        day,
        sum(mrr) as mrr,
        sum(noise_units) as noise_units,
        sum(lines) as lines
    from edges
    group by key_id, day
),

running as (
    select
        key_id,
        day as from_day,
        lead(day) over (partition by key_id order by day) as to_day,
        sum(mrr) over (partition by key_id order by day rows between unbounded preceding and current row) as mrr,
        sum(noise_units) over (partition by key_id order by day rows between unbounded preceding and current row) as noise_units,
        sum(lines) over (partition by key_id order by day rows between unbounded preceding and current row) as lines
    from changes
),

final as (
    select
        key_id,
        from_day,
        coalesce(to_day, date '9999-12-31') as to_day,
        cast(lines as integer) as lines,
        cast(mrr as decimal(18, 4)) as lines_mrr,
        -- not above the noise of its prorations is nothing; a unit a line allows for the rounding of the noise itself
        case
            when abs(to_units(mrr)) * 100000000 <= noise_units + lines then cast(0 as decimal(18, 4))
            else cast(mrr as decimal(18, 4))
        end as level
    from running
    cross join int_settings
    where running.from_day <= int_settings.as_of
)

select * from final
