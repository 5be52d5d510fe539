/*
description: >
    Invoices. An invoice is of its effective day, else of the day on which it was finalized; a draft of the day on which it was made.
    What is charged automatically is due at once.
grain: one row per invoice
key: [invoice_id]
*/
with invoices as (
    select
        *,
        coalesce(effective_at, finalized_at, created) as issued_at
    from base_stripe__invoices as invoices
    where _deleted is not true
),

final as (
    select
        id as invoice_id,
        customer as account_id,
        issued_at,
        coalesce(due_date, case when collection_method = 'charge_automatically' and status != 'draft' then issued_at end) as due_at,
        paid_at,
        status,
        from_minor_units(total, currency) as total,
        upper(currency) as currency,
        _file,
        _line
    from invoices
)

select * from final
