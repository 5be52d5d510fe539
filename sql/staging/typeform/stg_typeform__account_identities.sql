/*
description: >
    What tells the company that a respondent is of: the account's id in the CRM where a hidden field has it, else the e-mail, the tax
    id or the domain. The account ids are those of the survey responses.
grain: one row per account id and set of identifiers
*/
with responses as (
    select * from typeform.responses
    where _deleted is not true
),

emails as (
    select
        responses.form_id,
        responses.token,
        min(json_extract_scalar(elements.element, '$.email')) as email
    from responses
    cross join unnest(json_elements(responses.answers, '$')) as elements (element)
    where json_extract_scalar(elements.element, '$.type') = 'email'
    group by responses.form_id, responses.token
),

respondents as (
    select
        nullif(responses.account_id, '') as external_id,
        lower(coalesce(nullif(responses.email, ''), emails.email)) as email,
        nullif(responses.tax_id, '') as tax_id,
        nullif(responses.domain, '') as domain
    from responses
    left join emails
        on
            responses.form_id = emails.form_id
            and responses.token = emails.token
),

-- a person's e-mail speaks for the account only where nothing else does
final as (
    select distinct
        coalesce(
            external_id,
            'email:' || text_digest(email),
            'tax_id:' || tax_id,
            'domain:' || domain
        ) as account_id,
        cast(null as varchar) as name,
        domain,
        tax_id,
        case when external_id is null then email end as email,
        external_id,
        cast(null as timestamp) as created_at
    from respondents
    where coalesce(external_id, email, tax_id, domain) is not null
)

select * from final
