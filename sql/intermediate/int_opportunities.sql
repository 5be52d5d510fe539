/*
description: >
    The deals seen at as_of, as they stood then: open, won or lost, and their amount in the reporting currency, at the rate of
    the day they were decided, or of as_of.
grain: one row per deal
key: [opportunity_id]
accepted_values:
    outcome: [open, won, lost]
*/
with dated as (
    select
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.kind,
        opportunities.amount,
        coalesce(opportunities.currency, int_settings.reporting_currency) as currency,
        opportunities.is_won,
        local_date(opportunities.created_at, int_settings.timezone) as created_on,
        local_date(opportunities.closed_at, int_settings.timezone) as closed_on,
        -- what was decided after as_of is not known yet
        coalesce(opportunities.is_closed, opportunities.closed_at is not null)
        and coalesce(local_date(opportunities.closed_at, int_settings.timezone) <= int_settings.as_of, true) as is_decided,
        int_settings.as_of
    from opportunities
    cross join int_settings
),

final as (
    select
        dated.opportunity_id,
        dated.account_id,
        dated.kind,
        dated.created_on,
        case when dated.is_decided then dated.closed_on end as closed_on,
        case
            when not dated.is_decided then 'open'
            when dated.is_won then 'won'
            else 'lost'
        end as outcome,
        dated.currency,
        dated.amount as stated_amount,
        at_rate(dated.amount, int_fx__days.rate) as amount
    from dated
    left join int_fx__days
        on
            dated.currency = int_fx__days.currency
            and case when dated.is_decided then coalesce(dated.closed_on, dated.as_of) else dated.as_of end = int_fx__days.day
    where coalesce(dated.created_on, dated.closed_on, dated.as_of) <= dated.as_of
)

select * from final
