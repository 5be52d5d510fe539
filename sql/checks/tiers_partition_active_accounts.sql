/*
description: The tiers of a month close hold each active account once, as the roll-forward counts them.
severity: error
*/
with scored as (
    select
        month,
        count(*) as accounts,
        count(*) filter (where tier in ('green', 'yellow', 'red', 'unknown')) as tiered_accounts
    from health_scores
    group by month
)

select
    mrr_rollforward.period_start,
    mrr_rollforward.closing_accounts,
    scored.accounts,
    scored.tiered_accounts
from mrr_rollforward
left join scored on mrr_rollforward.period_start = scored.month
where
    mrr_rollforward.grain = 'month'
    and mrr_rollforward.dimension = 'all'
    and (
        mrr_rollforward.closing_accounts != coalesce(scored.accounts, 0)
        or mrr_rollforward.closing_accounts != coalesce(scored.tiered_accounts, 0)
    )
