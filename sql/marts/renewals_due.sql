/*
description: What is up for renewal in the next 180 days, for those who act on it.
grain: one row per account and end of term within the 180 days after as_of
key: [term_end, account_id]
columns:
    term_end: First day after the term of the contracts
    account_id: The account
    account_name: Its name
    owner: Who looks after it
    segment: Its segment at as_of
    days_left: Days from as_of to term_end
    contracts: Contracts of the account that end on the day
    due_arr: Their ARR, in the reporting currency at as_of
    is_renewed: Whether contracts that go on are signed already
    renewed_arr: ARR of those
    account_mrr: What the account pays a month at as_of; 0 when it is not active
    health_tier: green, yellow, red or unknown; NULL when the account is not active
    health_score: The score behind the tier, 0 to 100
    open_opportunities: Open deals with the account
    open_renewals: Those of kind renewal
    open_amount: What the open deals are worth, in the reporting currency at as_of
*/
with due as (
    select
        units.*,
        int_settings.as_of
    from int_contract_units as units
    cross join int_settings
    where
        units.term_end > int_settings.as_of
        and units.term_end <= add_days(int_settings.as_of, 180)
),

deals as (
    select
        account_id,
        count(*) as open_opportunities,
        count(*) filter (where kind = 'renewal') as open_renewals,
        sum(amount) as open_amount
    from int_opportunities
    where outcome = 'open'
    group by account_id
),

health as (
    select
        int_accounts__firsts.account_id,
        scores.mrr,
        scores.tier,
        scores.score
    from int_health_scores as scores
    inner join int_settings on scores.close_day = int_settings.as_of
    inner join int_accounts__firsts on scores.account_no = int_accounts__firsts.account_no
),

final as (
    select
        due.term_end,
        due.account_id,
        versions.name as account_name,
        versions.owner,
        versions.segment,
        days_between(due.as_of, due.term_end) as days_left,
        due.contracts,
        due.due_arr,
        due.is_renewed,
        due.renewed_arr,
        coalesce(health.mrr, 0) as account_mrr,
        health.tier as health_tier,
        health.score as health_score,
        coalesce(deals.open_opportunities, 0) as open_opportunities,
        coalesce(deals.open_renewals, 0) as open_renewals,
        cast(coalesce(deals.open_amount, 0) as decimal(18, 4)) as open_amount
    from due
    left join int_account_versions as versions
        on
            due.account_id = versions.account_id
            and due.as_of >= versions.from_day
            and due.as_of < versions.to_day
    left join health on due.account_id = health.account_id
    left join deals on due.account_id = deals.account_id
)

select * from final
