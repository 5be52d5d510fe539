/*
description: Companies. The owner is told by name, else by e-mail.
grain: one row per company
key: [account_id]
*/
with companies as (
    select * from base_hubspot__companies as companies
    where _deleted is not true
),

owners as (
    select
        id,
        coalesce(nullif(trim(concat(coalesce(first_name, ''), ' ', coalesce(last_name, ''))), ''), email, id) as name
    from base_hubspot__owners as owners
),

final as (
    select
        companies.id as account_id,
        companies.name,
        companies.domain,
        companies.tax_id,
        companies.segment,
        companies.industry,
        companies.country,
        companies.acquisition_channel,
        coalesce(owners.name, companies.owner_id) as owner,
        companies.created_at,
        companies._file,
        companies._line
    from companies
    left join owners on companies.owner_id = owners.id
)

select * from final
