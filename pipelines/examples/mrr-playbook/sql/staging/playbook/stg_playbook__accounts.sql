/*
description: Every customer that has a subscription period; the source keeps nothing else about them.
grain: one row per customer
key: [account_id]
*/
select distinct
    customer_id as account_id
from playbook.subscription_periods
