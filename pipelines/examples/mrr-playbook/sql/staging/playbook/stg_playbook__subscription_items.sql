/*
description: >
    One item per subscription period. Periods of a customer follow one another as one subscription, so they name none.
grain: one row per subscription period
key: [item_id]
*/
select
    subscription_id as item_id,
    customer_id as account_id,
    'subscription' as product_id,
    'USD' as currency,
    monthly_amount as mrr,
    start_date as starts_on,
    end_date as ends_on,
    _file,
    _line
from playbook.subscription_periods
