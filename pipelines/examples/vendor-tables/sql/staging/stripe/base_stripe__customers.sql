/*
description: Customers in the shape in which our connector lands them.
grain: one row per customer
*/
select
    id,
    name,
    email,
    cast(null as varchar) as domain,
    tax_info_tax_id as tax_id,
    cast(null as varchar) as tax_ids,
    address_country as country,
    metadata,
    json_extract_scalar(metadata, '$.external_id') as external_id,
    created,
    is_deleted as _deleted,
    _file,
    _line
from stripe.customer_data
