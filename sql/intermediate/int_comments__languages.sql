/*
description: >
    The language of the lexicon that each comment is read in: the one that has the most of its words, of equal ones that which
    the source says, then the first by its code. The source is not believed alone: it often tells the language of the form.
grain: one row per answer with a comment
key: [response_no]
*/
with languages as (
    select distinct language
    from lexicon_languages
),

commented as (
    select
        response_no,
        lower(split_part(replace(language, '_', '-'), '-', 1)) as language
    from int_survey_answers
    where comment is not null
),

words as (
    select
        language,
        fold_text(word) as word
    from lexicon_languages
    union
    select
        language,
        word
    from int_lexicon__matches
    where language != 'any'
),

counted as (
    select
        tokens.response_no,
        words.language,
        count(*) as words
    from int_comments__tokens as tokens
    inner join words on tokens.word = words.word
    group by tokens.response_no, words.language
),

ranked as (
    select
        commented.response_no,
        languages.language,
        row_number() over (
            partition by commented.response_no
            order by
                coalesce(counted.words, 0) desc,
                case when commented.language = languages.language then 0 else 1 end,
                languages.language
        ) as position
    from commented
    cross join languages
    left join counted
        on
            commented.response_no = counted.response_no
            and languages.language = counted.language
),

final as (
    select
        response_no,
        language
    from ranked
    where position = 1
)

select * from final
