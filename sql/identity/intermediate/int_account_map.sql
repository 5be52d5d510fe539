/*
description: The account that each account id of each source is, with the rule that says so.
grain: one row per source and account id that its records have
key: [source, source_account_id]
not_null: [account_id]
*/
select
    source,
    source_position,
    source_account_id,
    account_id,
    rule,
    matched_value
from int_identity__own
union all
select
    source,
    source_position,
    source_account_id,
    account_id,
    rule,
    matched_value
from int_identity__given
