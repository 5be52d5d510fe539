/*
description: What customers write about in their answers to surveys, by the themes of the lexicon. A comment may have several.
grain: one row per grain, period, dimension, value, survey and theme with a comment
key: [grain, period_start, dimension, dimension_value, survey, theme]
columns:
    grain: month, quarter or year
    period_start: First day of the period
    period_end: Last day of the period by the calendar, inclusive
    is_complete: Whether the last day is at or before as_of
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value at the close of the period; (none) where it or the account is missing
    survey: nps, csat or ces
    theme: A theme of the lexicon; (none) for comments that have none
    label_pt: The theme in Portuguese
    label_en: The theme in English
    comments: Comments of the answers that count in the period, with any theme or none
    responses: Those of them with this theme
    share: responses / comments
    mean_normalized: Mean of 100 * (score - scale_min) / (scale_max - scale_min) of the answers with this theme
    detractors: Answers with this theme that score up to 6; NULL unless nps
    positive_responses: Answers that speak well of it, by the lexicon
    negative_responses: Answers that speak ill of it; one that does both is in both
accepted_values:
    grain: [month, quarter, year]
    survey: [nps, csat, ces]
checks:
    - {name: themes_are_of_the_comments, expression: responses <= comments}
*/
with commented as (
    select
        sets.grain,
        sets.period_start,
        sets.set_no,
        sets.response_no,
        answers.survey,
        answers.normalized,
        answers.verdict
    from int_survey__answer_sets as sets
    inner join int_survey_answers as answers on sets.response_no = answers.response_no
    where sets.touchpoint = 'all' and answers.comment is not null
),

comments as (
    select
        commented.grain,
        commented.period_start,
        sets.dimension,
        sets.dimension_value,
        commented.survey,
        count(*) as comments
    from commented
    inner join int_survey__dimension_values as sets on commented.set_no = sets.set_no
    group by
        commented.grain,
        commented.period_start,
        sets.dimension,
        sets.dimension_value,
        commented.survey
),

by_set as (
    select
        commented.grain,
        commented.period_start,
        commented.set_no,
        commented.survey,
        themes.theme,
        count(*) as responses,
        sum(commented.normalized) as normalized,
        count(*) filter (where commented.verdict = 'detractor') as detractors,
        count(*) filter (where themes.is_good) as positive_responses,
        count(*) filter (where themes.is_bad) as negative_responses
    from commented
    inner join int_comments__themes as themes on commented.response_no = themes.response_no
    group by
        commented.grain,
        commented.period_start,
        commented.set_no,
        commented.survey,
        themes.theme
),

summed as (
    select
        by_set.grain,
        by_set.period_start,
        sets.dimension,
        sets.dimension_value,
        by_set.survey,
        by_set.theme,
        sum(by_set.responses) as responses,
        sum(by_set.normalized) as normalized,
        sum(by_set.detractors) as detractors,
        sum(by_set.positive_responses) as positive_responses,
        sum(by_set.negative_responses) as negative_responses
    from by_set
    inner join int_survey__dimension_values as sets on by_set.set_no = sets.set_no
    group by
        by_set.grain,
        by_set.period_start,
        sets.dimension,
        sets.dimension_value,
        by_set.survey,
        by_set.theme
),

final as (
    select
        summed.grain,
        summed.period_start,
        periods.period_end,
        periods.is_complete,
        summed.dimension,
        summed.dimension_value,
        summed.survey,
        summed.theme,
        coalesce(lexicon_themes.label_pt, '(nenhum)') as label_pt,
        coalesce(lexicon_themes.label_en, '(none)') as label_en,
        cast(comments.comments as bigint) as comments,
        cast(summed.responses as bigint) as responses,
        cast(summed.responses as double) / cast(comments.comments as double) as share,
        cast(summed.normalized as double) / cast(summed.responses as double) as mean_normalized,
        case when summed.survey = 'nps' then cast(summed.detractors as bigint) end as detractors,
        cast(summed.positive_responses as bigint) as positive_responses,
        cast(summed.negative_responses as bigint) as negative_responses
    from summed
    inner join comments
        on
            summed.grain = comments.grain
            and summed.period_start = comments.period_start
            and summed.dimension = comments.dimension
            and summed.dimension_value = comments.dimension_value
            and summed.survey = comments.survey
    inner join int_survey__periods as periods
        on
            summed.grain = periods.grain
            and summed.period_start = periods.period_start
    left join lexicon_themes on summed.theme = lexicon_themes.theme
)

select * from final
