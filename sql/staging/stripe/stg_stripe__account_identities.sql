/*
description: >
    What tells the company behind a customer: name, e-mail, domain, the CRM's id and the tax id of the metadata in one row, and a row
    for each of Stripe's own tax ids.
grain: one row per customer and set of identifiers
*/
with customers as (
    select * from stripe.customers
    where _deleted is not true
),

final as (
    select
        id as account_id,
        name,
        domain,
        tax_id,
        email,
        external_id,
        created as created_at
    from customers
    union all
    select
        customers.id as account_id,
        customers.name,
        cast(null as varchar) as domain,
        json_extract_scalar(elements.element, '$.value') as tax_id,
        cast(null as varchar) as email,
        cast(null as varchar) as external_id,
        customers.created as created_at
    from customers
    cross join unnest(json_elements(customers.tax_ids, '$')) as elements (element)
)

select * from final
