/*
description: Accounts that are green at as_of and have reached a milestone marked expansion.
grain: one row per account
key: [account_id]
order: [mrr]
columns:
    account_id: The account
    name: Its name
    owner: Who looks after it
    segment: Its segment now
    mrr: Its MRR at as_of, in the reporting currency
    score: Its health score
    milestone: The milestone marked expansion that it reached last
    milestone_reached_on: When it did
    open_opportunities: Its upsells and cross-sells under way at as_of
    renewal_on: End of the next term that is not renewed yet
*/
with ranked as (
    select
        int_milestones.account_id,
        int_milestones.milestone,
        int_milestones.reached_on,
        row_number() over (
            partition by int_milestones.account_id
            order by int_milestones.reached_on desc, int_milestones.milestone
        ) as position
    from int_milestones
    inner join int_milestones__defined as defined on int_milestones.milestone = defined.milestone
    where defined.is_expansion
),

open_deals as (
    select
        opportunities.account_id,
        count(*) as opportunities
    from opportunities
    cross join int_settings
    where
        opportunities.kind in ('upsell', 'cross_sell')
        and coalesce(local_date(opportunities.created_at, int_settings.timezone) <= int_settings.as_of, true)
        and case
            when opportunities.closed_at is not null
                then local_date(opportunities.closed_at, int_settings.timezone) > int_settings.as_of
            else not coalesce(opportunities.is_closed, false)
        end
    group by opportunities.account_id
),

final as (
    select
        accounts.account_id,
        accounts.name,
        accounts.owner,
        accounts.segment,
        accounts.mrr,
        scores.score,
        ranked.milestone,
        ranked.reached_on as milestone_reached_on,
        cast(coalesce(open_deals.opportunities, 0) as bigint) as open_opportunities,
        accounts.renewal_on
    from int_accounts__now as accounts
    inner join int_health_scores as scores
        on
            accounts.account_no = scores.account_no
            and accounts.month_no = scores.month_no
            and scores.tier = 'green'
    inner join ranked
        on
            accounts.account_id = ranked.account_id
            and ranked.position = 1
    left join open_deals on accounts.account_id = open_deals.account_id
)

select * from final
