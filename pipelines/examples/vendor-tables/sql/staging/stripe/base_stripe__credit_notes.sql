/*
description: Credit notes in the shape in which our connector lands them. Their customer is their invoice's.
grain: one row per credit note
*/
select
    notes.id,
    invoices.customer_id as customer,
    notes.invoice_id as invoice,
    notes.status,
    notes.currency,
    notes.created,
    cast(null as timestamp) as effective_at,
    notes.voided_at,
    false as _deleted,
    notes._file,
    notes._line
from stripe.credit_note_data as notes
left join stripe.invoice_data as invoices on notes.invoice_id = invoices.id
