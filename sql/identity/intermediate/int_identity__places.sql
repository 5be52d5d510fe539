/*
description: >
    The source accounts of each account, in the order in which they are believed: by the order of the sources, within one source the
    account whose id it has before those that were given to it.
grain: one row per source and account id
key: [source, source_account_id]
*/
select
    source,
    source_account_id,
    account_id,
    row_number() over (
        partition by account_id
        order by
            source_position,
            case when account_id in (source_account_id, concat(source, ':', source_account_id)) then 0 else 1 end,
            source_account_id
    ) as place
from int_account_map
