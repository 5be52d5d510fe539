/*
description: The level of every key at every close, with its account and subscription, in its own and the reporting currency.
grain: one row per key and close where it has a level
key: [key_id, close_day]
*/
select
    int_levels.key_id,
    int_closes.close_day,
    int_keys.account_no,
    int_keys.subscription_no,
    int_keys.product_id,
    int_keys.currency,
    int_levels.level,
    int_levels.is_grace,
    at_rate(int_levels.level, int_fx__closes.rate) as mrr
from int_levels
cross join unnest(sequence(int_levels.first_month_no, int_levels.last_month_no, 1)) as held (month_no)
inner join int_closes on held.month_no = int_closes.month_no
inner join int_keys on int_levels.key_id = int_keys.key_id
left join int_fx__closes
    on
        int_keys.currency = int_fx__closes.currency
        and int_closes.close_day = int_fx__closes.close_day
