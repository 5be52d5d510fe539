/*
description: >
    What each customer pays a month, from as many months before the last day of 2019 as the tenure says, to the last day of
    January 2020 for those who left.
grain: one row per customer
key: [item_id]
*/
select
    "customerID" as item_id,
    "customerID" as account_id,
    'telco' as product_id,
    "Contract" as plan_id,
    'USD' as currency,
    "MonthlyCharges" as mrr,
    add_months(date '2019-12-31', -tenure) as starts_on,
    case when "Churn" = 'Yes' then date '2020-01-31' end as ends_on,
    _file,
    _line
from telco.customers
