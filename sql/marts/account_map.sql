/*
description: >
    Which account each account id of each source is, and by which rule, where more than one source has accounts: CRM, billing and
    surveys become one company. Empty where one source has them all: its ids are the accounts' then.
grain: one row per source and account id that its records have
key: [source, source_account_id]
columns:
    source: Source of the records
    source_account_id: The account's id in the source
    account_id: The account, as all other tables name it
    rule: >
        override (the pipeline's file says so), external_id (one names the other's id), tax_id (a CNPJ whose check digits are right),
        domain, email_domain; own (the source comes first, its ids are the accounts'), none (nothing matches, the id is
        <source>:<id>; see unmatched_accounts), given (the source has no accounts, its ids are taken as they are)
    matched_value: What both have in common, as the CNPJ; NULL where nothing was matched
accepted_values:
    rule: [override, external_id, tax_id, domain, email_domain, own, none, given]
not_null: [account_id, rule]
*/
select
    source,
    source_account_id,
    account_id,
    rule,
    matched_value
from int_account_map
