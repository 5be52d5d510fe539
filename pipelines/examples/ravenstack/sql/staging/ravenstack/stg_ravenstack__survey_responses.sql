/*
description: The satisfaction score that a customer gave to a ticket, from 1 to 5.
grain: one row per ticket with a score
key: [response_id]
*/
select
    ticket_id as response_id,
    account_id,
    'csat' as survey,
    satisfaction_score as score,
    1 as scale_min,
    5 as scale_max,
    coalesce(closed_at, cast(submitted_at as timestamp)) as responded_at,
    'support' as touchpoint,
    _file,
    _line
from ravenstack.support_tickets
where satisfaction_score is not null
