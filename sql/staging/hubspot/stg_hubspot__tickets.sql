/*
description: >
    Support tickets. HubSpot's MEDIUM is our normal. A ticket is of its primary company, else of the one with the smallest id; one
    without a company has no account and goes to quarantine.
grain: one row per ticket
key: [ticket_id]
*/
with tickets as (
    select * from hubspot.tickets
    where _deleted is not true
),

-- 26 is the type of a ticket's primary company
companies as (
    select
        ticket_companies.ticket_id,
        json_extract_scalar(elements.element, '$.toObjectId') as company_id,
        max(case when json_extract_scalar(types.type, '$.typeId') = '26' then 1 else 0 end) as is_primary
    from hubspot.ticket_companies
    cross join unnest(json_elements(ticket_companies.companies, '$')) as elements (element)
    left join unnest(json_elements(elements.element, '$.associationTypes')) as types (type) on true
    where ticket_companies._deleted is not true
    group by ticket_companies.ticket_id, json_extract_scalar(elements.element, '$.toObjectId')
),

first_companies as (
    select
        ticket_id,
        company_id,
        row_number() over (partition by ticket_id order by is_primary desc, length(company_id), company_id) as position
    from companies
),

final as (
    select
        tickets.id as ticket_id,
        first_companies.company_id as account_id,
        tickets.created_at as opened_at,
        tickets.first_reply_at as first_response_at,
        tickets.closed_at as resolved_at,
        case lower(tickets.priority) when 'medium' then 'normal' else lower(tickets.priority) end as priority,
        lower(tickets.channel) as channel,
        tickets._file,
        tickets._line
    from tickets
    left join first_companies
        on
            tickets.id = first_companies.ticket_id
            and first_companies.position = 1
)

select * from final
