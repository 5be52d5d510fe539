/*
description: The rate at every close of the currencies that carry levels, and of the reporting currency.
grain: one row per currency and close
key: [currency, close_day]
*/
with currencies as (
    select currency from int_keys
    union
    select reporting_currency from int_settings
)

select
    int_fx__spans.currency,
    int_closes.close_day,
    int_fx__spans.rate,
    int_fx__spans.rate_day
from int_closes
inner join int_fx__spans
    on
        int_closes.close_day >= int_fx__spans.from_day
        and int_closes.close_day < int_fx__spans.to_day
inner join currencies on int_fx__spans.currency = currencies.currency
