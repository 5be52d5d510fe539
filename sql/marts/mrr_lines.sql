/*
description: >
    Every invoice line and subscription item seen at as_of, with the MRR it gives and in which days, or why it does
    not count; and the file and line it came from.
grain: one row per invoice line or subscription item
key: [record_kind, line_id]
columns:
    record_kind: invoice_line or subscription_item
    line_id: Id of the line or item
    invoice_id: The line's invoice
    account_id: The account
    subscription_id: The subscription; empty where the record names none
    product_id: The product
    plan_id: The plan
    quantity: Units, as seats
    kind: recurring, usage or one_time
    currency: Currency of the amounts of this row
    status_then: Invoice status as it was at as_of
    issued_on: Date of issue in the pipeline's time zone
    service_start: First day of service
    service_end: First day after the service
    is_proration: Whether the line bills a part of an interval
    full_line_id: The full line whose months a proration takes its share of
    amount: Before discount and tax
    discount_amount: Discount on the line
    counted_amount: Amount less the discount that policy counts
    months_numerator: Months the line pays for, as a fraction
    months_denominator: Months the line pays for, as a fraction
    mrr: Monthly recurring revenue of the line
    window_start: First day on which it counts
    window_end: First day on which it no longer counts; NULL while it runs; an empty window counts nothing
    not_counted_because: Why it gives no MRR; NULL when it counts
    source: Source of the record
    file: File of the record
    line: Line of the record in the file
accepted_values:
    record_kind: [invoice_line, subscription_item]
*/
with lines as (
    select
        'invoice_line' as record_kind,
        line_id,
        invoice_id,
        account_id,
        subscription_id,
        product_id,
        plan_id,
        quantity,
        kind,
        currency,
        status_then,
        issued_on,
        service_start,
        service_end,
        is_proration,
        full_line_id,
        amount,
        discount_amount,
        counted_amount,
        months_numerator,
        months_denominator,
        mrr,
        window_start,
        window_end,
        not_counted_because,
        _source as source,
        _file as file,
        _line as line
    from int_lines__mrr
),

items as (
    select
        'subscription_item' as record_kind,
        subscription_items.item_id as line_id,
        cast(null as varchar) as invoice_id,
        subscription_items.account_id,
        coalesce(subscription_items.subscription_id, '') as subscription_id,
        subscription_items.product_id,
        subscription_items.plan_id,
        subscription_items.quantity,
        'recurring' as kind,
        subscription_items.currency,
        cast(null as varchar) as status_then,
        cast(null as date) as issued_on,
        subscription_items.starts_on as service_start,
        subscription_items.ends_on as service_end,
        false as is_proration,
        cast(null as varchar) as full_line_id,
        cast(null as decimal(18, 4)) as amount,
        cast(null as decimal(18, 4)) as discount_amount,
        cast(null as decimal(18, 4)) as counted_amount,
        cast(null as bigint) as months_numerator,
        cast(null as bigint) as months_denominator,
        cast(subscription_items.mrr as decimal(18, 4)) as mrr,
        subscription_items.starts_on as window_start,
        least(subscription_items.ends_on, int_subscriptions__dated.cut_on) as window_end,
        cast(null as varchar) as not_counted_because,
        subscription_items._source as source,
        subscription_items._file as file,
        subscription_items._line as line
    from subscription_items
    cross join int_settings
    left join int_subscriptions__dated
        on subscription_items.subscription_id = int_subscriptions__dated.subscription_id
    where subscription_items.starts_on <= int_settings.as_of
),

final as (
    select * from lines
    union all
    select * from items
)

select * from final
