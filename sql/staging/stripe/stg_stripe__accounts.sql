/*
description: >
    Customers. Stripe knows no segment, industry or channel: they are the keys of these names in a customer's metadata. The tax id is
    a CNPJ among Stripe's own tax ids where there is one, else the first of them, else that of the metadata.
grain: one row per customer
key: [account_id]
*/
with customers as (
    select * from stripe.customers
    where _deleted is not true
),

tax_ids as (
    select
        customers.id as customer_id,
        json_extract_scalar(elements.element, '$.value') as tax_id,
        row_number() over (
            partition by customers.id
            order by
                case when json_extract_scalar(elements.element, '$.type') = 'br_cnpj' then 0 else 1 end,
                json_extract_scalar(elements.element, '$.value')
        ) as position
    from customers
    cross join unnest(json_elements(customers.tax_ids, '$')) as elements (element)
),

final as (
    select
        customers.id as account_id,
        customers.name,
        customers.domain,
        coalesce(tax_ids.tax_id, customers.tax_id) as tax_id,
        json_extract_scalar(customers.metadata, '$.segment') as segment,
        json_extract_scalar(customers.metadata, '$.industry') as industry,
        customers.country,
        json_extract_scalar(customers.metadata, '$.acquisition_channel') as acquisition_channel,
        customers.created as created_at,
        customers._file,
        customers._line
    from customers
    left join tax_ids
        on
            customers.id = tax_ids.customer_id
            and tax_ids.position = 1
)

select * from final
