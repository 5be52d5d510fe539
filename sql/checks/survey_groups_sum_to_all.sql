/*
description: The groups of every dimension hold the answers of their period, survey and touchpoint once each.
severity: error
*/
with summed as (
    select
        grain,
        period_start,
        dimension,
        survey,
        touchpoint,
        sum(responses) as responses,
        sum(invitations) as invitations,
        sum(favorable_responses) as favorable_responses
    from survey_scores
    group by grain, period_start, dimension, survey, touchpoint
)

select
    summed.grain,
    summed.period_start,
    summed.dimension,
    summed.survey,
    summed.touchpoint,
    summed.responses,
    total.responses as total_responses
from summed
inner join summed as total
    on
        summed.grain = total.grain
        and summed.period_start = total.period_start
        and summed.survey = total.survey
        and summed.touchpoint = total.touchpoint
        and total.dimension = 'all'
where
    summed.responses != total.responses
    or summed.invitations != total.invitations
    or summed.favorable_responses != total.favorable_responses
