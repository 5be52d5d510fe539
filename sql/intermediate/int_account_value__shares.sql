/*
description: >
    What counted lines and items give each month: a line its net amount over the days of its service, at the rate of its
    first day; an item its MRR over the days of the month, at the rate of the month's first day.
grain: one row per line or item and month with days of service
materialized: view
*/
with accounts_in_use as (
    select
        account_no,
        account_id
    from int_accounts__firsts
),

-- whatever ended the subscription, what was billed is earned; only a write-off ends that
lines as (
    select
        accounts_in_use.account_no,
        int_fx__days.rate,
        int_lines__mrr.amount - int_lines__mrr.discount_amount as net_amount,
        int_lines__mrr.service_start,
        days_between(int_lines__mrr.service_start, int_lines__mrr.service_end) as service_days,
        least(
            int_lines__mrr.service_end,
            int_lines__mrr.written_off_on,
            int_settings.day_after
        ) as served_until
    from int_lines__mrr
    cross join int_settings
    inner join accounts_in_use on int_lines__mrr.account_id = accounts_in_use.account_id
    left join int_fx__days
        on
            int_lines__mrr.currency = int_fx__days.currency
            and int_lines__mrr.service_start = int_fx__days.day
    where
        int_lines__mrr.not_counted_because is null
        and int_lines__mrr.service_start <= int_settings.as_of
),

line_shares as (
    select
        lines.account_no,
        int_months.month_no,
        lines.net_amount as amount,
        days_between(
            greatest(lines.service_start, int_months.month_start),
            least(lines.served_until, int_months.next_month_start)
        ) as days,
        lines.service_days as of_days,
        lines.rate
    from lines
    cross join unnest(sequence(month_no(lines.service_start), month_no(add_days(lines.served_until, -1)), 1)) as served (month_no)
    inner join int_months on served.month_no = int_months.month_no
    where lines.served_until > lines.service_start
),

items as (
    select
        accounts_in_use.account_no,
        subscription_items.currency,
        cast(subscription_items.mrr as decimal(18, 4)) as mrr,
        subscription_items.starts_on,
        least(subscription_items.ends_on, int_subscriptions__dated.ended_on, int_settings.day_after) as served_until
    from subscription_items
    cross join int_settings
    inner join accounts_in_use on subscription_items.account_id = accounts_in_use.account_id
    left join int_subscriptions__dated
        on subscription_items.subscription_id = int_subscriptions__dated.subscription_id
    where subscription_items.starts_on <= int_settings.as_of
),

item_shares as (
    select
        items.account_no,
        int_months.month_no,
        items.mrr as amount,
        days_between(
            greatest(items.starts_on, int_months.month_start),
            least(items.served_until, int_months.next_month_start)
        ) as days,
        days_between(int_months.month_start, int_months.next_month_start) as of_days,
        int_fx__days.rate
    from items
    cross join unnest(sequence(month_no(items.starts_on), month_no(add_days(items.served_until, -1)), 1)) as served (month_no)
    inner join int_months on served.month_no = int_months.month_no
    left join int_fx__days
        on
            items.currency = int_fx__days.currency
            and int_months.month_start = int_fx__days.day
    where items.served_until > items.starts_on
),

final as (
    select * from line_shares
    union all
    select * from item_shares
)

select * from final
