/*
description: Companies in the shape in which our connector lands them.
grain: one row per company
*/
select
    id,
    property_name as name,
    cast(null as varchar) as domain,
    cast(null as varchar) as tax_id,
    cast(null as varchar) as external_id,
    cast(null as varchar) as segment,
    property_industry as industry,
    property_country as country,
    cast(null as varchar) as acquisition_channel,
    cast(null as varchar) as owner_id,
    property_createdate as created_at,
    is_deleted as _deleted,
    _file,
    _line
from hubspot.company_data
