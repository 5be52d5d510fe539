/*
description: >
    Where comments hold a term of the lexicon, whatever their language, and whether a negation of theirs stands before it.
grain: one row per answer, term and place
key: [response_no, term_no, position]
*/
with terms as (
    select distinct
        term_no,
        theme,
        polarity,
        words
    from int_lexicon__words
),

-- all words of a term at their places make a hit; position is that of the first
hits as (
    select
        tokens.response_no,
        matches.term_no,
        tokens.position - matches.word_no + 1 as position,
        count(*) as words
    from int_comments__tokens as tokens
    inner join int_lexicon__matches as matches on tokens.word = matches.word
    group by
        tokens.response_no,
        matches.term_no,
        tokens.position - matches.word_no + 1
),

whole as (
    select
        hits.response_no,
        hits.term_no,
        hits.position,
        hits.position + hits.words as to_position,
        hits.words,
        terms.theme,
        terms.polarity
    from hits
    inner join terms
        on
            hits.term_no = terms.term_no
            and hits.words = terms.words
),

-- a word within a longer term that is there too is not meant by itself
covered as (
    select distinct
        whole.response_no,
        whole.term_no,
        whole.position
    from whole
    inner join whole as longer on whole.response_no = longer.response_no
    where
        longer.words > whole.words
        and longer.position <= whole.position
        and longer.to_position >= whole.to_position
),

told as (
    select whole.*
    from whole
    left join covered
        on
            whole.response_no = covered.response_no
            and whole.term_no = covered.term_no
            and whole.position = covered.position
    where covered.term_no is null
),

negation_words as (
    select
        language,
        fold_text(word) as word,
        max(reach) as reach
    from lexicon_languages
    where kind = 'negation'
    group by language, fold_text(word)
),

negations as (
    select
        tokens.response_no,
        tokens.position,
        negation_words.reach
    from int_comments__tokens as tokens
    inner join negation_words on tokens.word = negation_words.word
    inner join int_comments__languages as languages
        on
            tokens.response_no = languages.response_no
            and negation_words.language = languages.language
),

negated as (
    select distinct
        told.response_no,
        told.term_no,
        told.position
    from told
    inner join negations on told.response_no = negations.response_no
    where told.position > negations.position and told.position - negations.position <= negations.reach
),

final as (
    select
        told.response_no,
        told.term_no,
        told.position,
        told.theme,
        told.polarity,
        negated.term_no is not null as is_negated
    from told
    left join negated
        on
            told.response_no = negated.response_no
            and told.term_no = negated.term_no
            and told.position = negated.position
)

select * from final
