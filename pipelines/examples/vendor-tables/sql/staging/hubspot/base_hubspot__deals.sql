/*
description: Deals in the shape in which our connector lands them.
grain: one row per deal
*/
select
    deal_id as id,
    property_amount as amount,
    cast(null as varchar) as currency,
    cast(null as varchar) as dealtype,
    cast(null as varchar) as deal_kind,
    deal_pipeline_stage_id as stage_id,
    deal_pipeline_id as pipeline_id,
    cast(null as boolean) as is_closed,
    cast(null as boolean) as is_won,
    property_closedate as close_at,
    property_createdate as created_at,
    cast(null as varchar) as company_id,
    cast(null as varchar) as acquisition_channel,
    cast(null as varchar) as source,
    is_deleted as _deleted,
    _file,
    _line
from hubspot.deal_data
