/*
description: Pipelines of deals with their stages, in the shape in which our connector lands them.
grain: one row per pipeline
*/
with stages as (
    select
        pipeline_id,
        concat('[', array_join(array_agg(
            concat(
                '{"id":"', stage_id, '","metadata":{"isClosed":"', case when is_closed then 'true' else 'false' end,
                '","probability":"', cast(probability as varchar), '"}}'
            ) order by stage_id
        ), ','), ']') as stages
    from hubspot.deal_pipeline_stage_data
    group by pipeline_id
)

select
    pipelines.pipeline_id as id,
    pipelines.label,
    stages.stages,
    pipelines._fivetran_deleted as _deleted
from hubspot.deal_pipeline_data as pipelines
left join stages on pipelines.pipeline_id = stages.pipeline_id
