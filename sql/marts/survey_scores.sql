/*
description: NPS, CSAT and CES of every period, with how sure they are and how many were asked.
grain: one row per grain, period, dimension, value, survey and touchpoint with an answer or an invitation
key: [grain, period_start, dimension, dimension_value, survey, touchpoint]
columns:
    grain: month, quarter or year
    period_start: First day of the period
    period_end: Last day of the period by the calendar, inclusive
    is_complete: Whether the last day is at or before as_of
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value at the close of the period; (none) where it or the account is missing
    survey: nps, csat or ces
    touchpoint: all, or where in the relation it was asked; (none) where that is not said
    responses: Answers that count; of NPS the last of each respondent
    invitations: Invitations sent in the period
    response_rate: responses / invitations; above 1 where answers come without an invitation or late
    promoters: Scores of 9 and 10; NULL unless nps
    passives: Scores of 7 and 8; NULL unless nps
    detractors: Scores up to 6; NULL unless nps
    favorable_responses: Promoters, satisfied, or those who found it easy
    score: "nps: 100 * (promoters - detractors) / responses; csat: share satisfied; ces: share easy"
    std_error: Standard error of an NPS
    ci_low: Lower bound of an NPS, adjusted Wald, 95%, not clipped
    ci_high: Upper bound of an NPS, adjusted Wald, 95%, not clipped
    mean_normalized: Mean of 100 * (score - scale_min) / (scale_max - scale_min)
    detractors_followed_up: Share of detractors that someone came back to
accepted_values:
    grain: [month, quarter, year]
    survey: [nps, csat, ces]
checks:
    - {name: nps_is_from_minus_100_to_100, expression: "survey != 'nps' or score is null or score between -100 and 100"}
    - {name: others_are_shares, expression: "survey = 'nps' or score is null or score between 0 and 1"}
    - {name: classes_sum_to_responses, expression: "survey != 'nps' or promoters + passives + detractors = responses"}
*/
with answered as (
    select
        sets.grain,
        sets.period_start,
        sets.set_no,
        answers.survey,
        sets.touchpoint,
        count(*) as responses,
        cast(0 as bigint) as invitations,
        count(*) filter (where answers.verdict = 'promoter') as promoters,
        count(*) filter (where answers.verdict = 'detractor') as detractors,
        count(*) filter (where answers.verdict in ('promoter', 'satisfied', 'easy')) as favorable_responses,
        count(*) filter (where answers.verdict = 'detractor' and answers.is_followed_up) as followed_up,
        sum(answers.normalized) as normalized
    from int_survey__answer_sets as sets
    inner join int_survey_answers as answers on sets.response_no = answers.response_no
    group by
        sets.grain,
        sets.period_start,
        sets.set_no,
        answers.survey,
        sets.touchpoint
),

by_set as (
    select * from answered
    union all
    select
        grain,
        period_start,
        set_no,
        survey,
        touchpoint,
        0 as responses,
        invitations,
        0 as promoters,
        0 as detractors,
        0 as favorable_responses,
        0 as followed_up,
        0 as normalized
    from int_survey__invitation_sets
),

summed as (
    select
        by_set.grain,
        by_set.period_start,
        sets.dimension,
        sets.dimension_value,
        by_set.survey,
        by_set.touchpoint,
        sum(by_set.responses) as responses,
        sum(by_set.invitations) as invitations,
        sum(by_set.promoters) as promoters,
        sum(by_set.detractors) as detractors,
        sum(by_set.favorable_responses) as favorable_responses,
        sum(by_set.followed_up) as followed_up,
        sum(by_set.normalized) as normalized
    from by_set
    inner join int_survey__dimension_values as sets on by_set.set_no = sets.set_no
    group by
        by_set.grain,
        by_set.period_start,
        sets.dimension,
        sets.dimension_value,
        by_set.survey,
        by_set.touchpoint
),

-- the shares of promoters and detractors as they are, and with what adjusted Wald adds to them
shares as (
    select
        summed.*,
        nullif(cast(responses as double), 0) as answers,
        cast(promoters as double) / nullif(cast(responses as double), 0) as promoting,
        cast(detractors as double) / nullif(cast(responses as double), 0) as detracting,
        (cast(promoters as double) + 0.75) / (cast(responses as double) + 3) as adjusted_promoting,
        (cast(detractors as double) + 0.75) / (cast(responses as double) + 3) as adjusted_detracting
    from summed
),

spreads as (
    select
        shares.*,
        adjusted_promoting - adjusted_detracting as adjusted_score,
        sqrt(
            (adjusted_promoting + adjusted_detracting - power(adjusted_promoting - adjusted_detracting, 2)) / (responses + 3)
        ) as adjusted_error
    from shares
),

final as (
    select
        spreads.grain,
        spreads.period_start,
        periods.period_end,
        periods.is_complete,
        spreads.dimension,
        spreads.dimension_value,
        spreads.survey,
        spreads.touchpoint,
        cast(spreads.responses as bigint) as responses,
        cast(spreads.invitations as bigint) as invitations,
        cast(spreads.responses as double) / nullif(cast(spreads.invitations as double), 0) as response_rate,
        case when spreads.survey = 'nps' then cast(spreads.promoters as bigint) end as promoters,
        case
            when spreads.survey = 'nps' then cast(spreads.responses - spreads.promoters - spreads.detractors as bigint)
        end as passives,
        case when spreads.survey = 'nps' then cast(spreads.detractors as bigint) end as detractors,
        cast(spreads.favorable_responses as bigint) as favorable_responses,
        case
            when spreads.survey = 'nps' then 100 * cast(spreads.promoters - spreads.detractors as double) / spreads.answers
            else cast(spreads.favorable_responses as double) / spreads.answers
        end as score,
        case
            when spreads.survey = 'nps'
                then 100 * sqrt(
                    (spreads.promoting + spreads.detracting - power(spreads.promoting - spreads.detracting, 2)) / spreads.answers
                )
        end as std_error,
        case
            when spreads.survey = 'nps' and spreads.responses > 0
                then 100 * (spreads.adjusted_score - 1.959963984540054 * spreads.adjusted_error)
        end as ci_low,
        case
            when spreads.survey = 'nps' and spreads.responses > 0
                then 100 * (spreads.adjusted_score + 1.959963984540054 * spreads.adjusted_error)
        end as ci_high,
        cast(spreads.normalized as double) / spreads.answers as mean_normalized,
        case
            when spreads.survey = 'nps'
                then cast(spreads.followed_up as double) / nullif(cast(spreads.detractors as double), 0)
        end as detractors_followed_up
    from spreads
    inner join int_survey__periods as periods
        on
            spreads.grain = periods.grain
            and spreads.period_start = periods.period_start
)

select * from final
