/*
description: Tickets in the shape in which our connector lands them.
grain: one row per ticket
*/
select
    id,
    property_createdate as created_at,
    property_first_agent_reply_date as first_reply_at,
    property_closed_date as closed_at,
    property_hs_ticket_priority as priority,
    cast(null as varchar) as channel,
    is_deleted as _deleted,
    _file,
    _line
from hubspot.ticket_data
