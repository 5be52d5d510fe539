/*
description: Each line of the file of overrides names an account that the records have and one that it can be.
severity: warn
*/
select
    source,
    source_account_id,
    candidates as account_id
from int_unmatched_accounts
where reason = 'unknown_override'
