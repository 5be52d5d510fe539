/*
description: >
    What an account did on a day, over its subscriptions. The exports count use and tell no people, so there is no adoption. Use of
    a subscription that is not in the export (or is quarantined) has no account: each such row goes to quarantine by itself.
grain: one row per account and day, and one per row without an account
*/
with owned as (
    select
        subscriptions.account_id,
        feature_usage.usage_date,
        feature_usage.feature_name,
        feature_usage.usage_count,
        feature_usage._file,
        feature_usage._line
    from ravenstack.feature_usage
    left join ravenstack.subscriptions on feature_usage.subscription_id = subscriptions.subscription_id
)

select
    account_id,
    usage_date as day,
    sum(usage_count) as key_actions,
    count(distinct feature_name) as features_used,
    min(_file) as _file,
    min(_line) as _line
from owned
where account_id is not null
group by account_id, usage_date
union all
select
    account_id,
    usage_date as day,
    usage_count as key_actions,
    1 as features_used,
    _file,
    _line
from owned
where account_id is null
