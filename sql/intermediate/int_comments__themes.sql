/*
description: The themes of every comment, each good, bad, both or neither; (none) where it has none.
grain: one row per answer with a comment and theme
key: [response_no, theme]
*/
with turned as (
    select
        terms.response_no,
        terms.theme,
        case
            when terms.is_negated and terms.polarity = 'good' then 'bad'
            when terms.is_negated and terms.polarity = 'bad' then 'good'
            else terms.polarity
        end as polarity
    from int_comments__terms as terms
    inner join lexicon_themes on terms.theme = lexicon_themes.theme
    where not terms.is_negated or lexicon_themes.when_negated = 'flip'
),

tagged as (
    select
        response_no,
        theme,
        count(*) filter (where polarity = 'good') > 0 as is_good,
        count(*) filter (where polarity = 'bad') > 0 as is_bad
    from turned
    group by response_no, theme
),

final as (
    select * from tagged
    union all
    select
        response_no,
        '(none)' as theme,
        false as is_good,
        false as is_bad
    from int_survey_answers
    where comment is not null and response_no not in (select response_no from tagged)
)

select * from final
