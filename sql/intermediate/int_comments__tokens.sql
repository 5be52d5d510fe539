/*
description: >
    The words of every comment, folded, clause by clause: a clause ends at a full stop, a comma and the like, and a negation
    in one says nothing of the next.
grain: one row per answer, clause and word
key: [response_no, clause_no, position]
*/
-- a star would be read as one of a stem, and a bar stands for the end of a clause
with folded as (
    select
        response_no,
        fold_text(translate(comment, concat('*.,;:!?()"', chr(10), chr(13)), ' |||||||||||')) as comment
    from int_survey_answers
    where comment is not null
),

clauses as (
    select
        folded.response_no,
        cast(clauses.clause_no as integer) as clause_no,
        trim(clauses.clause) as clause
    from folded
    cross join unnest(split(folded.comment, '|')) with ordinality as clauses (clause, clause_no)
),

final as (
    select
        clauses.response_no,
        clauses.clause_no,
        cast(words.position as integer) as position,
        words.word
    from clauses
    cross join unnest(split(clauses.clause, ' ')) with ordinality as words (word, position)
    where clauses.clause != ''
)

select * from final
