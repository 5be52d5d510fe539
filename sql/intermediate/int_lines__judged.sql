/*
description: >
    Every invoice line that is seen at as_of, with the status it had then and, where it does not count
    towards MRR, the reason.
grain: one row per invoice line
key: [line_id]
accepted_values:
    status_then: [draft, open, paid, uncollectible, void]
    not_counted_because: [void, draft, undated write-off, past due, other kind]
*/
with lines as (
    select * from invoice_lines
),

settings as (
    select * from int_settings
),

due as (
    select
        invoices.invoice_id,
        local_date(invoices.due_at, settings.timezone) as due_on,
        local_date(invoices.paid_at, settings.timezone) as paid_on
    from invoices
    cross join settings
),

dated as (
    select
        lines.line_id,
        lines.invoice_id,
        lines.account_id,
        coalesce(lines.subscription_id, '') as subscription_id,
        lines.product_id,
        lines.plan_id,
        lines.kind,
        lines.currency,
        lines.amount,
        coalesce(lines.discount_amount, 0) as discount_amount,
        lines.discount_duration,
        lines.quantity,
        lines.interval_amount,
        lines.service_start,
        lines.service_end,
        lines.interval_unit,
        coalesce(lines.interval_count, 1) as interval_count,
        coalesce(lines.is_proration, false) as is_proration,
        lines.invoice_status,
        lines._source,
        lines._file,
        lines._line,
        local_date(lines.issued_at, settings.timezone) as issued_on,
        local_date(lines.status_changed_at, settings.timezone) as status_changed_on
    from lines
    cross join settings
),

-- what is issued later is not seen; a status that changed later, or a payment made later, leaves the line open
seen as (
    select
        dated.*,
        due.due_on,
        case
            when dated.status_changed_on > settings.as_of then 'open'
            when dated.invoice_status = 'paid' and due.paid_on > settings.as_of then 'open'
            else dated.invoice_status
        end as status_then
    from dated
    cross join settings
    left join due on dated.invoice_id = due.invoice_id
    where dated.issued_on <= settings.as_of
),

final as (
    select
        seen.*,
        case when seen.status_then = 'uncollectible' then seen.status_changed_on end as written_off_on,
        case
            when seen.status_then = 'void' then 'void'
            when seen.status_then = 'draft' and settings.drafts != 'include' then 'draft'
            when seen.status_then = 'uncollectible' and seen.status_changed_on is null then 'undated write-off'
            when
                settings.past_due = 'exclude'
                and seen.status_then = 'open'
                and seen.due_on < settings.as_of
                then 'past due'
            when seen.kind = 'usage' and settings.usage = 'include' then null
            when seen.kind != 'recurring' then 'other kind'
        end as not_counted_because
    from seen
    cross join settings
)

select * from final
