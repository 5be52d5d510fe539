/*
description: Customers; the kind of contract is the segment, the way of paying an attribute of this company alone.
grain: one row per customer
key: [account_id]
*/
select
    "customerID" as account_id,
    "Contract" as segment,
    "PaymentMethod" as payment_method,
    _file,
    _line
from telco.customers
