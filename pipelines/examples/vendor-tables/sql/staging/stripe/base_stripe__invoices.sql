/*
description: Invoices in the shape in which our connector lands them. The table has no moments but those of the period.
grain: one row per invoice
*/
select
    id,
    customer_id as customer,
    status,
    currency,
    cast(null as varchar) as collection_method,
    period_start as created,
    cast(null as timestamp) as effective_at,
    due_date,
    cast(null as timestamp) as finalized_at,
    cast(null as timestamp) as paid_at,
    cast(null as timestamp) as voided_at,
    cast(null as timestamp) as marked_uncollectible_at,
    total,
    cast(null as varchar) as discounts,
    is_deleted as _deleted,
    _file,
    _line
from stripe.invoice_data
