/*
description: >
    Every answer given by as_of on its scale, a reversed score turned round, with what it says by the survey's rule.
    response_no counts them in the order of their time, then of response_id: of two answers the larger is the later one.
grain: one row per answer
key: [response_no]
not_null: [normalized, verdict]
*/
with seen as (
    select
        survey_responses.response_id,
        survey_responses.account_id,
        survey_responses.respondent_id,
        survey_responses.survey,
        -- 'all' stands for all touchpoints together
        case survey_responses.touchpoint when 'all' then '(all)' else coalesce(survey_responses.touchpoint, '(none)') end as touchpoint,
        survey_responses.responded_at,
        local_date(survey_responses.responded_at, int_settings.timezone) as responded_on,
        case
            when survey_responses.is_reversed
                then survey_responses.scale_min + survey_responses.scale_max - survey_responses.score
            else survey_responses.score
        end as score,
        survey_responses.scale_min,
        survey_responses.scale_max,
        survey_responses.comment,
        survey_responses.language,
        coalesce(local_date(survey_responses.followed_up_at, int_settings.timezone) <= int_settings.as_of, false) as is_followed_up
    from survey_responses
    cross join int_settings
    where local_date(survey_responses.responded_at, int_settings.timezone) <= int_settings.as_of
),

final as (
    select
        cast(row_number() over (order by responded_at, response_id) as integer) as response_no,
        response_id,
        account_id,
        respondent_id,
        survey,
        touchpoint,
        responded_at,
        responded_on,
        cast(score as decimal(9, 4)) as score,
        scale_min,
        scale_max,
        -- twelve decimals, so that sums do not depend on their order
        cast(
            100 * cast(score - scale_min as double) / cast(scale_max - scale_min as double) as decimal(20, 12)
        ) as normalized,
        case
            when survey = 'nps' and score >= 9 then 'promoter'
            when survey = 'nps' and score >= 7 then 'passive'
            when survey = 'nps' then 'detractor'
            when survey = 'csat' and 4 * (score - scale_min) >= 3 * (scale_max - scale_min) then 'satisfied'
            when survey = 'csat' then 'unsatisfied'
            when 3 * (score - scale_min) >= 2 * (scale_max - scale_min) then 'easy'
            else 'hard'
        end as verdict,
        is_followed_up,
        comment,
        language
    from seen
)

select * from final
