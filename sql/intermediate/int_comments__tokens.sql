/*
description: >
    The words of every comment, folded, by their place. A full stop, a comma and the like end a clause and stand for nine places,
    so that no phrase and no negation reaches over them.
grain: one row per answer and word
key: [response_no, position]
*/
-- a star would be read as one of a stem, and a bar stands for the end of a clause
with folded as (
    select
        response_no,
        fold_text(translate(comment, concat('*.,;:!?()"', chr(10), chr(13)), ' |||||||||||')) as comment
    from int_survey_answers
    where comment is not null
),

final as (
    select
        folded.response_no,
        cast(words.position as integer) as position,
        words.word
    from folded
    cross join unnest(split(replace(folded.comment, '|', '         '), ' ')) with ordinality as words (word, position)
    where words.word != ''
)

select * from final
