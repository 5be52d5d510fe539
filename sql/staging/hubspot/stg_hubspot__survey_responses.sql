/*
description: >
    Answers to HubSpot's own surveys. Their scales are not in the API: NPS is 0 to 10, CSAT 1 to 5, CES 1 to 7. A score of an older
    form off its scale goes to quarantine. Surveys of another kind (custom) are no metric's and are left out. The account is the
    first company of the contact that answered.
grain: one row per submission
key: [response_id]
*/
with submissions as (
    select * from hubspot.feedback_submissions
    where
        _deleted is not true
        and lower(survey_type) in ('nps', 'csat', 'ces')
),

contacts as (
    select * from hubspot.contacts
    where _deleted is not true
),

-- 1 is the type of a contact's primary company
companies as (
    select
        contact_companies.contact_id,
        json_extract_scalar(elements.element, '$.toObjectId') as company_id,
        max(case when json_extract_scalar(types.type, '$.typeId') = '1' then 1 else 0 end) as is_primary
    from hubspot.contact_companies
    cross join unnest(json_elements(contact_companies.companies, '$')) as elements (element)
    left join unnest(json_elements(elements.element, '$.associationTypes')) as types (type) on true
    where contact_companies._deleted is not true
    group by contact_companies.contact_id, json_extract_scalar(elements.element, '$.toObjectId')
),

first_companies as (
    select
        contact_id,
        company_id,
        row_number() over (partition by contact_id order by is_primary desc, length(company_id), company_id) as position
    from companies
),

final as (
    select
        submissions.id as response_id,
        coalesce(first_companies.company_id, contacts.company_id) as account_id,
        coalesce(submissions.contact_id, text_digest(lower(submissions.contact_email))) as respondent_id,
        lower(submissions.survey_type) as survey,
        submissions.value as score,
        case lower(submissions.survey_type) when 'nps' then 0 else 1 end as scale_min,
        case lower(submissions.survey_type) when 'nps' then 10 when 'csat' then 5 else 7 end as scale_max,
        submissions.content as comment,
        submissions.language,
        coalesce(submissions.submitted_at, submissions.created_at) as responded_at,
        submissions.survey_name as touchpoint,
        submissions._file,
        submissions._line
    from submissions
    left join contacts on submissions.contact_id = contacts.id
    left join first_companies
        on
            submissions.contact_id = first_companies.contact_id
            and first_companies.position = 1
)

select * from final
