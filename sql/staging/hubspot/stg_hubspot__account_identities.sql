/*
description: >
    What tells the company behind an account of the CRM. A company without a domain is told by its contacts' e-mail addresses.
grain: one row per company and set of identifiers
*/
with companies as (
    select * from hubspot.companies
    where _deleted is not true
),

contacts as (
    select * from hubspot.contacts
    where _deleted is not true
),

final as (
    select
        id as account_id,
        name,
        domain,
        tax_id,
        cast(null as varchar) as email,
        external_id,
        created_at
    from companies
    union all
    select distinct
        companies.id as account_id,
        companies.name,
        cast(null as varchar) as domain,
        cast(null as varchar) as tax_id,
        contacts.email,
        cast(null as varchar) as external_id,
        companies.created_at
    from companies
    inner join contacts on companies.id = contacts.company_id
    where
        nullif(trim(companies.domain), '') is null
        and contacts.email is not null
)

select * from final
