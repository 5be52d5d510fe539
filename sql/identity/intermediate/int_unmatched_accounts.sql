/*
description: Account ids of which no rule says whose they are, conflicts, and overrides that name what is not there.
grain: one row per source and account id
key: [source, source_account_id]
*/
with left_over as (
    select source, source_account_id, account_id, reason, conflict_rule as rule, conflict_value as matched_value, candidates
    from int_identity__own
    where reason is not null
    union all
    select source, source_account_id, account_id, reason, cast(null as varchar) as rule, cast(null as varchar) as matched_value, candidates
    from int_identity__given
    where reason is not null
    union all
    select
        source,
        source_account_id,
        cast(null as varchar) as account_id,
        'unknown_override' as reason,
        cast(null as varchar) as rule,
        cast(null as varchar) as matched_value,
        target as candidates
    from int_identity__overrides
    where status = 'unknown_account'
),

names as (
    select source, source_account_id, min(name) as name
    from source_account_identities
    group by source, source_account_id
)

select
    left_over.source,
    left_over.source_account_id,
    left_over.account_id,
    names.name,
    left_over.reason,
    left_over.rule,
    left_over.matched_value,
    left_over.candidates
from left_over
left join names
    on
        left_over.source = names.source
        and left_over.source_account_id = names.source_account_id
