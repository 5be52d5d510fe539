/*
description: >
    The words of the lexicon that each word of the comments is or begins with, told once for each, however many comments have it.
grain: one row per word of comments and word of a term
key: [word, term_no, word_no]
*/
with vocabulary as (
    select distinct word
    from int_comments__tokens
),

stem_lengths as (
    select distinct length(word) as letters
    from int_lexicon__words
    where is_stem
),

beginnings as (
    select
        vocabulary.word,
        left(vocabulary.word, cast(stem_lengths.letters as integer)) as stem
    from vocabulary
    cross join stem_lengths
    where length(vocabulary.word) >= stem_lengths.letters
),

final as (
    select
        vocabulary.word,
        lexicon.language,
        lexicon.term_no,
        lexicon.word_no
    from vocabulary
    inner join int_lexicon__words as lexicon on vocabulary.word = lexicon.word
    where not lexicon.is_stem
    union all
    select
        beginnings.word,
        lexicon.language,
        lexicon.term_no,
        lexicon.word_no
    from beginnings
    inner join int_lexicon__words as lexicon on beginnings.stem = lexicon.word
    where lexicon.is_stem
)

select * from final
