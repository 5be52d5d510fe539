/*
description: >
    Lines of invoices in the shape in which our connector lands them. Their plan says product, price and interval; discounts and taxes
    of lines are in tables that the data does not have.
grain: one row per invoice line
*/
with plans as (
    select
        id,
        product_id,
        nickname,
        'recurring' as price_type,
        cast(amount as decimal(28, 12)) as unit_amount_decimal,
        billing_scheme,
        "interval" as interval_unit,
        interval_count,
        usage_type,
        transform_usage_divide_by as package_size,
        transform_usage_round as package_round
    from stripe.plan_data
    union all
    select
        id,
        product_id,
        nickname,
        type as price_type,
        unit_amount_decimal,
        billing_scheme,
        recurring_interval as interval_unit,
        recurring_interval_count as interval_count,
        recurring_usage_type as usage_type,
        transform_quantity_divide_by as package_size,
        transform_quantity_round as package_round
    from stripe.price_data
),

invoices as (
    select
        id,
        customer_id
    from stripe.invoice_data
),

final as (
    select
        lines.id,
        lines.invoice_id,
        invoices.customer_id as customer,
        case when lines.subscription_id is not null then 'subscription' else 'invoiceitem' end as type,
        lines.amount,
        lines.currency,
        lines.quantity,
        lines.period_start,
        lines.period_end,
        lines.proration,
        cast(null as varchar) as credited_items,
        lines.subscription_id as subscription,
        plans.id as price_id,
        cast(null as varchar) as plan,
        coalesce(plans.nickname, lines.plan_id) as nickname,
        plans.product_id,
        plans.price_type,
        plans.billing_scheme,
        plans.unit_amount_decimal,
        plans.interval_unit,
        plans.interval_count,
        plans.usage_type,
        cast(plans.package_size as bigint) as package_size,
        plans.package_round,
        cast(null as varchar) as discount_amounts,
        cast(null as varchar) as discounts,
        cast(null as varchar) as tax_amounts,
        false as _deleted,
        lines._file,
        lines._line
    from stripe.invoice_line_item_data as lines
    left join plans on lines.plan_id = plans.id
    left join invoices on lines.invoice_id = invoices.id
)

select * from final
