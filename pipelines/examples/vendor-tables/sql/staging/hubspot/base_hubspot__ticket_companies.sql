/*
description: The companies of each ticket, in the shape in which our connector lands them.
grain: one row per ticket
*/
select
    ticket_id,
    concat('[', array_join(array_agg(concat('{"toObjectId":', company_id, ',"associationTypes":[]}') order by company_id), ','), ']') as companies,
    false as _deleted
from hubspot.ticket_company_data
group by ticket_id
