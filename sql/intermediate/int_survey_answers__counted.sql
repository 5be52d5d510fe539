/*
description: >
    The answers that count in each period, for all touchpoints together and for each one. Of a respondent's answers to an NPS
    survey the last one of the period counts (of the touchpoint, in its rows); without a respondent, and in CSAT and CES, each.
grain: one row per grain, touchpoint row and answer
key: [grain, touchpoint, response_no]
*/
with grains as (
    select *
    from (values ('month'), ('quarter'), ('year')) as grains (grain)
),

dated as (
    select
        grains.grain,
        cast(
            case grains.grain
                when 'month' then date_trunc('month', answers.responded_on)
                when 'quarter' then date_trunc('quarter', answers.responded_on)
                else date_trunc('year', answers.responded_on)
            end as date
        ) as period_start,
        answers.response_no,
        answers.survey,
        answers.touchpoint,
        case when answers.survey = 'nps' then answers.respondent_id end as respondent_id
    from int_survey_answers as answers
    cross join grains
),

placed as (
    select grain, period_start, response_no, survey, 'all' as touchpoint, respondent_id from dated
    union all
    select grain, period_start, response_no, survey, touchpoint, respondent_id from dated
),

final as (
    select
        grain,
        period_start,
        touchpoint,
        response_no
    from placed
    where respondent_id is null
    union all
    select
        grain,
        period_start,
        touchpoint,
        max(response_no) as response_no
    from placed
    where respondent_id is not null
    group by grain, period_start, touchpoint, respondent_id
)

select * from final
