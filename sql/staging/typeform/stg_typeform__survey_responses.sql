/*
description: >
    Answers on a scale, one row each. A field is of the survey that its reference begins with (nps, csat, ces). Without such a
    reference a Net Promoter field and an opinion scale from 0 to 10 are nps, a rating is csat, and any other opinion scale ces. The
    scale is the one that the form's definition has; a reference with `reversed` in it says that a high number is bad. A comment is the
    long texts that follow a score, or stand before the first one. The account is that of the hidden field; a respondent of whom only
    the e-mail, tax id or domain is known has an account id made of that, which the account's identities explain.
grain: one row per response and answer on a scale
key: [response_id]
*/
with definitions as (
    select
        id as form_id,
        language,
        fields
    from typeform.form_definitions
    where _deleted is not true
),

-- fields of forms, those within groups too
outer_fields as (
    select
        definitions.form_id,
        elements.element as field
    from definitions
    cross join unnest(json_elements(definitions.fields, '$')) as elements (element)
),

fields as (
    select form_id, field
    from outer_fields
    union all
    select
        outer_fields.form_id,
        elements.element as field
    from outer_fields
    cross join unnest(json_elements(outer_fields.field, '$.properties.fields')) as elements (element)
),

scales as (
    select
        form_id,
        json_extract_scalar(field, '$.id') as field_id,
        max(try_cast(json_extract_scalar(field, '$.properties.steps') as integer)) as steps,
        max(case when json_extract_scalar(field, '$.properties.start_at_one') = 'true' then 1 else 0 end) as starts_at
    from fields
    group by form_id, json_extract_scalar(field, '$.id')
),

responses as (
    select * from typeform.responses
    where _deleted is not true
),

answers as (
    select
        responses.form_id,
        responses.token,
        elements.position,
        json_extract_scalar(elements.element, '$.field.id') as field_id,
        json_extract_scalar(elements.element, '$.field.type') as field_type,
        lower(coalesce(json_extract_scalar(elements.element, '$.field.ref'), '')) as reference,
        json_extract_scalar(elements.element, '$.type') as answer_type,
        json_extract_scalar(elements.element, '$.number') as score,
        json_extract_scalar(elements.element, '$.text') as answer_text,
        json_extract_scalar(elements.element, '$.email') as email
    from responses
    cross join unnest(json_elements(responses.answers, '$')) with ordinality as elements (element, position)
),

scored as (
    select
        answers.*,
        scales.steps,
        scales.starts_at,
        case
            when answers.reference like 'nps%' then 'nps'
            when answers.reference like 'csat%' then 'csat'
            when answers.reference like 'ces%' then 'ces'
            when answers.field_type = 'nps' then 'nps'
            when answers.field_type = 'rating' then 'csat'
            when scales.steps = 11 and scales.starts_at = 0 then 'nps'
            else 'ces'
        end as survey
    from answers
    left join scales
        on
            answers.form_id = scales.form_id
            and answers.field_id = scales.field_id
    where
        answers.answer_type = 'number'
        and answers.field_type in ('nps', 'opinion_scale', 'rating')
),

-- the score that a text is about: the last one before it, else the first one
about as (
    select
        answers.form_id,
        answers.token,
        answers.position,
        answers.answer_text,
        coalesce(max(scored.position) filter (where scored.position < answers.position), min(scored.position)) as score_position
    from answers
    inner join scored
        on
            answers.form_id = scored.form_id
            and answers.token = scored.token
    where answers.field_type = 'long_text'
    group by answers.form_id, answers.token, answers.position, answers.answer_text
),

comments as (
    select
        form_id,
        token,
        score_position,
        array_join(array_agg(answer_text order by position), ' ') as comment
    from about
    group by form_id, token, score_position
),

emails as (
    select
        form_id,
        token,
        min(email) as email
    from answers
    where answer_type = 'email'
    group by form_id, token
),

respondents as (
    select
        responses.*,
        lower(coalesce(nullif(responses.email, ''), emails.email)) as known_email
    from responses
    left join emails
        on
            responses.form_id = emails.form_id
            and responses.token = emails.token
),

final as (
    select
        concat(scored.token, ':', scored.field_id) as response_id,
        coalesce(
            nullif(respondents.account_id, ''),
            'email:' || text_digest(respondents.known_email),
            'tax_id:' || nullif(respondents.tax_id, ''),
            'domain:' || nullif(respondents.domain, '')
        ) as account_id,
        coalesce(nullif(respondents.respondent_id, ''), text_digest(respondents.known_email)) as respondent_id,
        scored.survey,
        scored.score,
        case
            when scored.field_type = 'rating' then 1
            when scored.field_type = 'nps' then 0
            else scored.starts_at
        end as scale_min,
        case
            when scored.field_type = 'rating' then scored.steps
            when scored.field_type = 'nps' then 10
            else scored.starts_at + scored.steps - 1
        end as scale_max,
        scored.reference like '%reversed%' as is_reversed,
        comments.comment,
        coalesce(nullif(respondents.language, ''), definitions.language) as language,
        respondents.submitted_at as responded_at,
        nullif(respondents.touchpoint, '') as touchpoint,
        respondents._file,
        respondents._line
    from scored
    inner join respondents
        on
            scored.form_id = respondents.form_id
            and scored.token = respondents.token
    left join definitions on scored.form_id = definitions.form_id
    left join comments
        on
            scored.form_id = comments.form_id
            and scored.token = comments.token
            and scored.position = comments.score_position
)

select * from final
