/*
description: Contacts in the shape in which our connector lands them. The table names no company by its id.
grain: one row per contact
*/
select
    id,
    property_email as email,
    cast(null as varchar) as company_id,
    _fivetran_deleted as _deleted
from hubspot.contact_data
