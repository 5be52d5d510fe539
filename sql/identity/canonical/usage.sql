/*
description: >
    How much a customer used the product on a day. What several accounts of the sources did that are one customer is summed, as they
    are the customer's workspaces; features_used is that of the account with the most, since the same ones may be among them.
grain: one row per account and day
key: [account_id, day]
*/
select
    places.account_id,
    source_usage.day,
    cast(sum(source_usage.active_users) as bigint) as active_users,
    cast(sum(source_usage.licensed_users) as bigint) as licensed_users,
    cast(sum(source_usage.key_actions) as bigint) as key_actions,
    max(source_usage.features_used) as features_used,
    case when count(*) = 1 then max(source_usage._extra) end as _extra,
    min_by(source_usage._source, places.place) as _source,
    min_by(source_usage._file, places.place) as _file,
    min_by(source_usage._line, places.place) as _line
from source_usage
inner join int_identity__places as places
    on
        source_usage._source = places.source
        and source_usage.account_id = places.source_account_id
group by
    places.account_id,
    source_usage.day
