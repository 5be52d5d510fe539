/*
description: The words of each term of the lexicon, folded as comments are; a stem stands without its star.
grain: one row per term and word
key: [term_no, word_no]
*/
with folded as (
    select
        term_no,
        theme,
        language,
        polarity,
        fold_text(term) as term
    from lexicon_terms
),

cut as (
    select
        folded.term_no,
        folded.theme,
        folded.language,
        folded.polarity,
        words.word,
        cast(words.word_no as integer) as word_no
    from folded
    cross join unnest(split(folded.term, ' ')) with ordinality as words (word, word_no)
),

final as (
    select
        term_no,
        theme,
        language,
        polarity,
        word_no,
        replace(word, '*', '') as word,
        word like '%*' as is_stem,
        cast(max(word_no) over (partition by term_no) as integer) as words
    from cut
)

select * from final
where word != ''
