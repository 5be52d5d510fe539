/*
description: >
    When each account was first active at a close, its cohort month (complete months only), and whether it belongs
    to the opening book: served before books_open_on and first seen within twelve months of it.
grain: one row per account with a key
key: [account_no]
*/
with accounts_in_use as (
    select distinct account_no, account_id from int_keys
),

firsts as (
    select
        int_closes__accounts.account_no,
        min(int_closes__accounts.close_day) as first_close,
        min(int_closes__accounts.close_day) filter (where int_closes.is_complete) as first_month_close
    from int_closes__accounts
    inner join int_closes on int_closes__accounts.close_day = int_closes.close_day
    where int_closes__accounts.mrr > 0
    group by int_closes__accounts.account_no
),

starts as (
    select
        account_id,
        min(started_on) as first_started_on
    from subscriptions
    cross join int_settings
    where started_on <= int_settings.as_of
    group by account_id
),

final as (
    select
        accounts_in_use.account_no,
        accounts_in_use.account_id,
        firsts.first_close,
        firsts.first_month_close,
        coalesce(
            starts.first_started_on < int_settings.books_open_on
            and months_between(int_settings.books_open_on, firsts.first_close) <= 12,
            false
        ) as is_opening_book,
        cast(date_trunc('month', firsts.first_month_close) as date) as first_month
    from accounts_in_use
    cross join int_settings
    left join firsts on accounts_in_use.account_no = firsts.account_no
    left join starts on accounts_in_use.account_id = starts.account_id
)

select * from final
