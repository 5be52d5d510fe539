/*
description: The accounts between which a rule could not decide.
grain: one row per source, account id and candidate
key: [source, source_account_id, account_id]
*/
select distinct
    candidates.source,
    candidates.source_account_id,
    candidates.account_id
from int_identity__candidates as candidates
inner join int_identity__own as own
    on
        candidates.source = own.source
        and candidates.source_account_id = own.source_account_id
where own.reason = 'conflict'
