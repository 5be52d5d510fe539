/*
description: >
    Account ids of which no rule says whose they are, and those that could be several accounts, with the revenue at stake: what
    to mend in a source, or to decide in the file of overrides. Empty where one source has all accounts.
grain: one row per source and account id
key: [source, source_account_id]
columns:
    source: Source of the records
    source_account_id: The account's id in the source; what the file of overrides names, where reason is unknown_override
    account_id: The account as all other tables name it; NULL for an override of an id that no record has
    name: The account's name in the source
    reason: >
        no_match (no rule finds it in a source before its own), conflict (a rule finds several accounts, so that it matches none),
        not_in_accounts (records name it and the accounts do not), unknown_override (the file of overrides names an account that no
        record has, or one of a later source, or one that is overridden itself)
    rule: The rule that finds several accounts, of a conflict
    matched_value: What the account and its candidates have in common, of a conflict
    candidates: The accounts that it may be, at most 20; of an unknown_override the account that the file names
    mrr: MRR at as_of of the account itself, in the reporting currency
    candidates_mrr: MRR at as_of of the candidates of a conflict together
accepted_values:
    reason: [no_match, conflict, not_in_accounts, unknown_override]
not_null: [reason, mrr, candidates_mrr]
*/
with now_mrr as (
    select
        used.account_id,
        sum(closes.mrr) as mrr
    from int_closes__accounts as closes
    inner join int_settings on closes.close_day = int_settings.as_of
    inner join (select distinct account_no, account_id from int_keys) as used on closes.account_no = used.account_no
    group by used.account_id
),

candidates as (
    select
        int_account_candidates.source,
        int_account_candidates.source_account_id,
        sum(now_mrr.mrr) as mrr
    from int_account_candidates
    inner join now_mrr on int_account_candidates.account_id = now_mrr.account_id
    group by
        int_account_candidates.source,
        int_account_candidates.source_account_id
),

final as (
    select
        unmatched.source,
        unmatched.source_account_id,
        unmatched.account_id,
        unmatched.name,
        unmatched.reason,
        unmatched.rule,
        unmatched.matched_value,
        unmatched.candidates,
        cast(coalesce(now_mrr.mrr, 0) as decimal(18, 4)) as mrr,
        cast(coalesce(candidates.mrr, 0) as decimal(18, 4)) as candidates_mrr
    from int_unmatched_accounts as unmatched
    left join now_mrr on unmatched.account_id = now_mrr.account_id
    left join candidates
        on
            unmatched.source = candidates.source
            and unmatched.source_account_id = candidates.source_account_id
)

select * from final
