/*
description: >
    Component support, 0 to 100: 100 without tickets; 30 less for each urgent and 20 for each high ticket open at the close, 5 less
    for each ticket of the last 90 days, by which it loses 50 at most.
grain: one row per account and close
key: [account_no, close_day]
same_rows_as: int_health__closes
*/
with localized as (
    select
        tickets.account_id,
        tickets.priority,
        local_date(tickets.opened_at, int_settings.timezone) as opened_on,
        local_date(tickets.resolved_at, int_settings.timezone) as resolved_on,
        int_settings.as_of
    from tickets
    cross join int_settings
),

first_record as (
    select min(local_date(tickets.opened_at, int_settings.timezone)) as day
    from (select min(opened_at) as opened_at from tickets) as tickets
    cross join int_settings
),

dated as (
    select
        int_accounts__firsts.account_no,
        localized.priority,
        localized.opened_on,
        case when localized.resolved_on <= localized.as_of then localized.resolved_on end as resolved_on,
        month_no(localized.as_of) as last_month_no
    from localized
    inner join int_accounts__firsts on localized.account_id = int_accounts__firsts.account_id
    where localized.opened_on <= localized.as_of
),

-- open at the closes of the months before the one in which it was resolved
open_months as (
    select
        account_no,
        priority,
        month_no(opened_on) as from_month_no,
        case when resolved_on is null then last_month_no else month_no(resolved_on) - 1 end as to_month_no
    from dated
    where priority in ('high', 'urgent')
),

open_tickets as (
    select
        open_months.account_no,
        cast(months.month_no as integer) as month_no,
        count(*) filter (where open_months.priority = 'urgent') as urgent_tickets,
        count(*) filter (where open_months.priority = 'high') as high_tickets
    from open_months
    cross join unnest(sequence(open_months.from_month_no, open_months.to_month_no, 1)) as months (month_no)
    where open_months.to_month_no >= open_months.from_month_no
    group by open_months.account_no, cast(months.month_no as integer)
),

recent_tickets as (
    select
        dated.account_no,
        int_closes.month_no,
        count(*) as tickets
    from dated
    cross join unnest(sequence(0, 3, 1)) as later (months)
    inner join int_closes on month_no(dated.opened_on) + later.months = int_closes.month_no
    where days_between(dated.opened_on, int_closes.close_day) between 0 and 89
    group by dated.account_no, int_closes.month_no
),

final as (
    select
        closes.account_no,
        closes.close_day,
        case
            when closes.close_day >= first_record.day
                then cast(
                    greatest(
                        100
                        - 30 * coalesce(open_tickets.urgent_tickets, 0)
                        - 20 * coalesce(open_tickets.high_tickets, 0)
                        - least(5 * coalesce(recent_tickets.tickets, 0), 50),
                        0
                    ) as double
                )
        end as score
    from int_health__closes as closes
    cross join first_record
    left join open_tickets
        on
            closes.account_no = open_tickets.account_no
            and closes.month_no = open_tickets.month_no
    left join recent_tickets
        on
            closes.account_no = recent_tickets.account_no
            and closes.month_no = recent_tickets.month_no
)

select * from final
