/*
description: The rate of every currency in use at every close.
grain: one row per currency and close
key: [currency, close_day]
*/
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
