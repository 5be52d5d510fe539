/*
description: >
    What tells the company that an account is: its id, alone and after its source's name; the ids that it names of other systems;
    its CNPJ, where the check digits are right; its domain and those of its e-mail addresses, where no other company shares them.
grain: one row per source, account, kind and value
key: [source, source_account_id, kind, value]
accepted_values:
    kind: [id, external_id, tax_id, domain, email_domain]
*/
with given as (
    select
        source,
        source_account_id,
        nullif(trim(external_id), '') as external_id,
        cnpj_of(tax_id) as tax_id,
        domain_of(domain) as domain,
        email_domain_of(email) as email_domain
    from source_account_identities
),

named as (
    select source, source_account_id, 'id' as kind, source_account_id as value
    from source_account_ids
    union all
    select source, source_account_id, 'id' as kind, concat(source, ':', source_account_id) as value
    from source_account_ids
    union all
    select source, source_account_id, 'external_id' as kind, external_id as value
    from given
    union all
    select source, source_account_id, 'tax_id' as kind, tax_id as value
    from given
),

domains as (
    select source, source_account_id, 'domain' as kind, domain as value
    from given
    union all
    select source, source_account_id, 'email_domain' as kind, email_domain as value
    from given
),

-- the last two and three names of a domain are what may be shared, as yahoo.com and yahoo.com.br
own_domains as (
    select domains.*
    from domains
    where
        not exists (
            select 1
            from int_identity__shared_domains as shared
            where
                shared.domain in (
                    domains.value,
                    regexp_extract(domains.value, '[^.]+[.][^.]+$'),
                    regexp_extract(domains.value, '[^.]+[.][^.]+[.][^.]+$')
                )
        )
),

final as (
    select * from named
    union all
    select * from own_domains
)

select distinct
    source,
    source_account_id,
    kind,
    value
from final
where value is not null
