/*
description: Every answer to a survey by as_of with its comment word for word, what it says, and the periods in which it counts.
grain: one row per answer
key: [response_id]
columns:
    response_id: The answer
    account_id: The account it came from; empty when that is not known
    respondent_id: The person who answered; empty when that is not known
    survey: nps, csat or ces
    touchpoint: Where in the relation it was asked; (none) where that is not said
    responded_at: When it was given, UTC
    responded_on: Its date in the pipeline's time zone
    score: The score, a reversed one turned round
    scale_min: Lowest score of the scale
    scale_max: Highest score of the scale
    normalized: 100 * (score - scale_min) / (scale_max - scale_min)
    verdict: What the score says by the rule of its survey
    counts_in_month: Whether it counts in its month; of a respondent's NPS only the last does
    counts_in_quarter: Whether it counts in its quarter
    counts_in_year: Whether it counts in its year
    is_followed_up: Whether someone came back to the respondent by as_of
    comment: What the respondent wrote, word for word
    language: The comment's language as the source has it
    themes: Themes of the comment, by name, comma separated; a + is said well, a - ill
accepted_values:
    survey: [nps, csat, ces]
    verdict: [promoter, passive, detractor, satisfied, unsatisfied, easy, hard]
same_rows_as: int_survey_answers
*/
with counted as (
    select
        response_no,
        count(*) filter (where grain = 'month') > 0 as counts_in_month,
        count(*) filter (where grain = 'quarter') > 0 as counts_in_quarter,
        count(*) filter (where grain = 'year') > 0 as counts_in_year
    from int_survey_answers__counted
    where touchpoint = 'all'
    group by response_no
),

themes as (
    select
        response_no,
        array_join(
            array_agg(
                concat(theme, case when is_good then '+' else '' end, case when is_bad then '-' else '' end)
                order by theme
            ),
            ', '
        ) as themes
    from int_comments__themes
    where theme != '(none)'
    group by response_no
),

final as (
    select
        answers.response_id,
        answers.account_id,
        answers.respondent_id,
        answers.survey,
        answers.touchpoint,
        answers.responded_at,
        answers.responded_on,
        answers.score,
        answers.scale_min,
        answers.scale_max,
        100 * cast(answers.score - answers.scale_min as double) / cast(answers.scale_max - answers.scale_min as double) as normalized,
        answers.verdict,
        coalesce(counted.counts_in_month, false) as counts_in_month,
        coalesce(counted.counts_in_quarter, false) as counts_in_quarter,
        coalesce(counted.counts_in_year, false) as counts_in_year,
        answers.is_followed_up,
        answers.comment,
        answers.language,
        themes.themes
    from int_survey_answers as answers
    left join counted on answers.response_no = counted.response_no
    left join themes on answers.response_no = themes.response_no
)

select * from final
