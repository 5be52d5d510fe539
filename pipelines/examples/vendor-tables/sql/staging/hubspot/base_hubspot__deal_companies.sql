/*
description: The companies of each deal, in the shape in which our connector lands them.
grain: one row per deal
*/
select
    deal_id,
    concat('[', array_join(array_agg(concat('{"toObjectId":', company_id, ',"associationTypes":[]}') order by company_id), ','), ']') as companies,
    false as _deleted
from hubspot.deal_company_data
group by deal_id
