/*
description: Spend and acquired accounts of the channels, with what has no channel, are those of the total.
severity: error
*/
with channels as (
    select
        grain,
        period_start,
        sum(spend) as spend,
        sum(acquired_accounts) as acquired_accounts,
        sum(acquired_mrr) as acquired_mrr
    from cac
    where dimension = 'acquisition_channel'
    group by grain, period_start
)

select
    total.grain,
    total.period_start,
    total.spend,
    total.unallocated_spend,
    channels.spend as channel_spend,
    total.acquired_accounts,
    channels.acquired_accounts as channel_accounts
from cac as total
left join channels
    on
        total.grain = channels.grain
        and total.period_start = channels.period_start
where
    total.dimension = 'all'
    and (
        coalesce(channels.spend, 0) + total.unallocated_spend != total.spend
        or coalesce(channels.acquired_accounts, 0) != total.acquired_accounts
        or coalesce(channels.acquired_mrr, 0) != total.acquired_mrr
    )
