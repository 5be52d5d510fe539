/*
description: >
    Component financial, 0 to 100: 100 when nothing is overdue at the close, falling evenly to 0 when the oldest invoice not yet
    paid is 90 days overdue. Drafts, voids and credits are not due.
grain: one row per account and close
key: [account_no, close_day]
same_rows_as: int_health__closes
*/
with dated as (
    select
        invoices.invoice_id,
        invoices.account_id,
        local_date(coalesce(invoices.issued_at, invoices.due_at), int_settings.timezone) as issued_on,
        local_date(invoices.due_at, int_settings.timezone) as due_on,
        case
            when local_date(invoices.paid_at, int_settings.timezone) <= int_settings.as_of
                then local_date(invoices.paid_at, int_settings.timezone)
        end as paid_on,
        invoices.paid_at is null as is_without_payment,
        lower(coalesce(invoices.status, '')) as status,
        month_no(int_settings.as_of) as last_month_no
    from invoices
    cross join int_settings
    where
        invoices.due_at is not null
        and coalesce(invoices.total, 1) > 0
        and local_date(coalesce(invoices.issued_at, invoices.due_at), int_settings.timezone) <= int_settings.as_of
),

first_record as (
    select min(issued_on) as day
    from dated
),

-- what its lines say of an invoice that tells no payment itself
settled_lines as (
    select distinct dated.invoice_id
    from dated
    inner join invoice_lines on dated.invoice_id = invoice_lines.invoice_id
    where dated.is_without_payment and invoice_lines.invoice_status in ('draft', 'void', 'paid')
),

unsettled as (
    select
        int_accounts__firsts.account_no,
        dated.due_on,
        greatest(month_no(dated.due_on), month_no(dated.issued_on)) as from_month_no,
        case when dated.paid_on is null then dated.last_month_no else month_no(dated.paid_on) - 1 end as to_month_no
    from dated
    inner join int_accounts__firsts on dated.account_id = int_accounts__firsts.account_id
    left join settled_lines on dated.invoice_id = settled_lines.invoice_id
    where
        dated.status not in ('draft', 'void', 'voided', 'deleted', 'cancelled', 'canceled', 'credited', 'refunded')
        and not (dated.is_without_payment and (dated.status = 'paid' or settled_lines.invoice_id is not null))
),

overdue as (
    select
        unsettled.account_no,
        cast(months.month_no as integer) as month_no,
        min(unsettled.due_on) as due_on
    from unsettled
    cross join unnest(sequence(unsettled.from_month_no, unsettled.to_month_no, 1)) as months (month_no)
    where unsettled.to_month_no >= unsettled.from_month_no
    group by unsettled.account_no, cast(months.month_no as integer)
),

final as (
    select
        closes.account_no,
        closes.close_day,
        case
            when closes.close_day >= first_record.day
                then 100 * (
                    1 - cast(least(greatest(coalesce(days_between(overdue.due_on, closes.close_day), 0), 0), 90) as double) / 90
                )
        end as score
    from int_health__closes as closes
    cross join first_record
    left join overdue
        on
            closes.account_no = overdue.account_no
            and closes.month_no = overdue.month_no
)

select * from final
