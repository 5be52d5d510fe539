/*
description: >
    Component growth, 0 to 100: 100 when an upsell, cross-sell or renewal was won within 180 days of the close, 60 when one opened
    within them is open, else 0.
grain: one row per account and close
key: [account_no, close_day]
same_rows_as: int_health__closes
*/
with dated as (
    select
        opportunities.account_id,
        local_date(opportunities.created_at, int_settings.timezone) as created_on,
        local_date(
            coalesce(opportunities.closed_at, case when opportunities.is_closed then opportunities.created_at end),
            int_settings.timezone
        ) as closed_on,
        coalesce(opportunities.is_won, false) as is_won
    from opportunities
    cross join int_settings
    where opportunities.kind in ('upsell', 'cross_sell', 'renewal')
),

first_record as (
    select min(coalesce(created_on, closed_on)) as day
    from dated
),

-- the day from which each counts, what it counts for, and the day on which it was decided otherwise
counted as (
    select
        account_id,
        closed_on as from_day,
        cast(100 as double) as points,
        cast(null as date) as to_day
    from dated
    where is_won and closed_on is not null
    union all
    select
        account_id,
        created_on as from_day,
        cast(60 as double) as points,
        closed_on as to_day
    from dated
    where created_on is not null
),

best as (
    select
        int_accounts__firsts.account_no,
        int_closes.month_no,
        max(counted.points) as points
    from counted
    inner join int_accounts__firsts on counted.account_id = int_accounts__firsts.account_id
    cross join unnest(sequence(0, 6, 1)) as later (months)
    inner join int_closes on month_no(counted.from_day) + later.months = int_closes.month_no
    where
        days_between(counted.from_day, int_closes.close_day) between 0 and 179
        and (counted.to_day is null or counted.to_day > int_closes.close_day)
    group by int_accounts__firsts.account_no, int_closes.month_no
),

final as (
    select
        closes.account_no,
        closes.close_day,
        case when closes.close_day >= first_record.day then coalesce(best.points, 0) end as score
    from int_health__closes as closes
    cross join first_record
    left join best
        on
            closes.account_no = best.account_no
            and closes.month_no = best.month_no
)

select * from final
