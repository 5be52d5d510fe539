/*
description: Lines of credit notes in the shape in which our connector lands them.
grain: one row per line of a credit note
*/
select
    id,
    credit_note_id,
    amount,
    discount_amount,
    quantity,
    cast(null as varchar) as invoice_line_item,
    false as _deleted,
    _file,
    _line
from stripe.credit_note_line_item_data
