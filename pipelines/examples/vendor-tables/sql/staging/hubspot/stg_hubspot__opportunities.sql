/*
description: >
    Deals. The kind is the deal's own property of it where that has one of our words; else a pipeline called after renewals holds
    renewals, new business is new, and existing business is upsell. A deal is of its primary company, else of the one with the
    smallest id. The close date counts once the deal is closed: before, it is what is hoped for.
grain: one row per deal
key: [opportunity_id]
*/
with deals as (
    select * from base_hubspot__deals as deals
    where _deleted is not true
),

-- 5 is the type of a deal's primary company
companies as (
    select
        deal_companies.deal_id,
        json_extract_scalar(elements.element, '$.toObjectId') as company_id,
        max(case when json_extract_scalar(types.type, '$.typeId') = '5' then 1 else 0 end) as is_primary
    from base_hubspot__deal_companies as deal_companies
    cross join unnest(json_elements(deal_companies.companies, '$')) as elements (element)
    left join unnest(json_elements(elements.element, '$.associationTypes')) as types (type) on true
    where deal_companies._deleted is not true
    group by deal_companies.deal_id, json_extract_scalar(elements.element, '$.toObjectId')
),

first_companies as (
    select
        deal_id,
        company_id,
        row_number() over (partition by deal_id order by is_primary desc, length(company_id), company_id) as position
    from companies
),

stages as (
    select
        deal_pipelines.id as pipeline_id,
        deal_pipelines.label as pipeline,
        json_extract_scalar(elements.element, '$.id') as stage_id,
        json_extract_scalar(elements.element, '$.metadata.isClosed') = 'true' as is_closed,
        try_cast(json_extract_scalar(elements.element, '$.metadata.probability') as double) as probability
    from base_hubspot__deal_pipelines as deal_pipelines
    cross join unnest(json_elements(deal_pipelines.stages, '$')) as elements (element)
    where deal_pipelines._deleted is not true
),

staged as (
    select
        deals.*,
        stages.pipeline,
        coalesce(deals.is_closed, stages.is_closed, false) as closed,
        coalesce(deals.is_won, stages.is_closed and stages.probability = 1, false) as won
    from deals
    left join stages
        on
            deals.pipeline_id = stages.pipeline_id
            and deals.stage_id = stages.stage_id
),

final as (
    select
        staged.id as opportunity_id,
        coalesce(first_companies.company_id, staged.company_id) as account_id,
        case
            when lower(staged.deal_kind) in ('new', 'upsell', 'cross_sell', 'renewal') then lower(staged.deal_kind)
            when regexp_like(fold_text(staged.pipeline), 'renewal|renova') then 'renewal'
            when staged.dealtype = 'newbusiness' then 'new'
            when staged.dealtype = 'existingbusiness' then 'upsell'
        end as kind,
        staged.closed as is_closed,
        staged.won as is_won,
        staged.amount,
        upper(staged.currency) as currency,
        staged.created_at,
        case when staged.closed then staged.close_at end as closed_at,
        coalesce(staged.acquisition_channel, lower(staged.source)) as channel,
        staged._file,
        staged._line
    from staged
    left join first_companies
        on
            staged.id = first_companies.deal_id
            and first_companies.position = 1
)

select * from final
