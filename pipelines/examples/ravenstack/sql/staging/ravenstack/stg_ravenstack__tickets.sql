/*
description: Support tickets. Their priority medium is our normal.
grain: one row per ticket
key: [ticket_id]
*/
select
    ticket_id,
    account_id,
    submitted_at as opened_at,
    closed_at as resolved_at,
    case when priority = 'medium' then 'normal' else priority end as priority,
    _file,
    _line
from ravenstack.support_tickets
