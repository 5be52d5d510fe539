/*
description: >
    Every invoice line that is seen at as_of, with the status it had then, the reason where it does not count towards
    MRR, and its interval and service in months, as exact fractions. A view: int_lines__mrr keeps and checks it.
grain: one row per invoice line
materialized: view
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

judged as (
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
        end as not_counted_because,
        days_between(seen.service_start, seen.service_end) as service_days,
        months_between(seen.service_start, seen.service_end) as calendar_months,
        -- the interval in months: weeks are 12/52, days 12/365 of one
        case seen.interval_unit
            when 'year' then 12 * seen.interval_count
            when 'month' then seen.interval_count
            when 'week' then 12 * seen.interval_count
            when 'day' then 12 * seen.interval_count
        end as interval_numerator,
        case seen.interval_unit
            when 'week' then 52
            when 'day' then 365
            else 1
        end as interval_denominator
    from seen
    cross join settings
),

-- a service of whole calendar months is so many, whatever their days
measured as (
    select
        judged.*,
        interval_numerator is null
        and calendar_months between 1 and 60
        and (
            service_end = add_months(service_start, calendar_months)
            or service_start = add_months(service_end, -calendar_months)
        ) as is_whole_months
    from judged
),

final as (
    select
        measured.*,
        case
            when interval_numerator is not null then interval_numerator
            when is_whole_months then calendar_months
            else 12 * service_days
        end as full_numerator,
        case
            when interval_numerator is not null then interval_denominator
            when is_whole_months then 1
            else 365
        end as full_denominator
    from measured
)

select * from final
