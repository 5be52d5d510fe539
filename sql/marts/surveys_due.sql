/*
description: >
    Which active accounts are to be asked by as_of or in the 30 days after it, by the cadence in the pipeline file. An invitation
    and an answer both count as having been asked.
grain: one row per account and rule of the cadence
key: [account_id, rule_no]
columns:
    account_id: The account
    rule_no: Number of the rule in the pipeline file's surveys
    survey: nps, csat or ces
    touchpoint: Where in the relation to ask; empty where the rule does not say
    cause: schedule, or the event after which to ask (ticket_resolved, start, milestone)
    event_id: The ticket or milestone
    event_on: Day of the event; of a schedule, of the last asking
    due_on: When to ask
    is_due: Whether that is at or before as_of
    days_overdue: Days from due_on to as_of; below 0 where it is still to come
    last_invited_on: Last invitation to this survey, at the rule's touchpoint where it has one
    last_answered_on: Last answer to it
    name: The account's name
    owner: Who looks after the account
    mrr: Its MRR at as_of, in the reporting currency
accepted_values:
    survey: [nps, csat, ces]
    cause: [schedule, ticket_resolved, start, milestone]
*/
with contacts as (
    select
        account_id,
        survey,
        touchpoint,
        sent_on as invited_on,
        cast(null as date) as answered_on
    from int_survey_invitations
    union all
    select
        account_id,
        survey,
        touchpoint,
        cast(null as date) as invited_on,
        responded_on as answered_on
    from int_survey_answers
),

by_touchpoint as (
    select
        account_id,
        survey,
        touchpoint,
        max(invited_on) as invited_on,
        max(answered_on) as answered_on
    from contacts
    where account_id is not null
    group by account_id, survey, touchpoint
),

asked as (
    select
        by_touchpoint.account_id,
        rules.rule_no,
        max(by_touchpoint.invited_on) as invited_on,
        max(by_touchpoint.answered_on) as answered_on,
        max(greatest(
            coalesce(by_touchpoint.invited_on, date '0001-01-01'), coalesce(by_touchpoint.answered_on, date '0001-01-01')
        )) as asked_on
    from by_touchpoint
    inner join survey_cadence as rules
        on
            by_touchpoint.survey = rules.survey
            and (rules.touchpoint is null or by_touchpoint.touchpoint = rules.touchpoint)
    group by by_touchpoint.account_id, rules.rule_no
),

events as (
    select
        tickets.account_id,
        'ticket_resolved' as event,
        tickets.ticket_id as event_id,
        cast(null as varchar) as milestone,
        local_date(tickets.resolved_at, int_settings.timezone) as event_on
    from tickets
    cross join int_settings
    where local_date(tickets.resolved_at, int_settings.timezone) <= int_settings.as_of
    union all
    select
        account_id,
        'milestone' as event,
        milestone as event_id,
        milestone,
        reached_on as event_on
    from int_milestones
    union all
    select
        account_id,
        'start' as event,
        cast(null as varchar) as event_id,
        cast(null as varchar) as milestone,
        first_active_on as event_on
    from int_accounts__now
),

-- the last event of each kind that a rule waits for
last_days as (
    select
        events.account_id,
        rules.rule_no,
        max(events.event_on) as event_on
    from events
    inner join survey_cadence as rules
        on
            events.event = rules.after_event
            and (rules.milestone is null or events.milestone = rules.milestone)
    group by events.account_id, rules.rule_no
),

last_events as (
    select
        last_days.account_id,
        last_days.rule_no,
        last_days.event_on,
        max(events.event_id) as event_id
    from last_days
    inner join survey_cadence as rules on last_days.rule_no = rules.rule_no
    inner join events
        on
            last_days.account_id = events.account_id
            and last_days.event_on = events.event_on
            and rules.after_event = events.event
            and (rules.milestone is null or events.milestone = rules.milestone)
    group by last_days.account_id, last_days.rule_no, last_days.event_on
),

scheduled as (
    select
        accounts.account_id,
        rules.rule_no,
        'schedule' as cause,
        cast(null as varchar) as event_id,
        asked.asked_on as event_on,
        greatest(
            coalesce(add_days(asked.asked_on, rules.every_days), date '0001-01-01'),
            add_days(accounts.first_active_on, rules.delay_days)
        ) as due_on
    from int_accounts__now as accounts
    inner join survey_cadence as rules on rules.every_days is not null
    left join asked
        on
            accounts.account_id = asked.account_id
            and rules.rule_no = asked.rule_no
),

waiting as (
    select
        accounts.account_id,
        rules.rule_no,
        rules.after_event as cause,
        last_events.event_id,
        last_events.event_on,
        greatest(
            add_days(last_events.event_on, rules.delay_days),
            coalesce(add_days(asked.asked_on, rules.rest_days), date '0001-01-01')
        ) as due_on
    from int_accounts__now as accounts
    inner join last_events on accounts.account_id = last_events.account_id
    inner join survey_cadence as rules on last_events.rule_no = rules.rule_no
    left join asked
        on
            accounts.account_id = asked.account_id
            and rules.rule_no = asked.rule_no
    cross join int_settings
    where
        coalesce(asked.asked_on < last_events.event_on, true)
        and coalesce(int_settings.as_of <= add_days(last_events.event_on, rules.expires_days), true)
),

due as (
    select * from scheduled
    union all
    select * from waiting
),

final as (
    select
        due.account_id,
        due.rule_no,
        rules.survey,
        rules.touchpoint,
        due.cause,
        due.event_id,
        due.event_on,
        due.due_on,
        due.due_on <= int_settings.as_of as is_due,
        days_between(due.due_on, int_settings.as_of) as days_overdue,
        asked.invited_on as last_invited_on,
        asked.answered_on as last_answered_on,
        accounts.name,
        accounts.owner,
        accounts.mrr
    from due
    cross join int_settings
    inner join survey_cadence as rules on due.rule_no = rules.rule_no
    inner join int_accounts__now as accounts on due.account_id = accounts.account_id
    left join asked
        on
            due.account_id = asked.account_id
            and due.rule_no = asked.rule_no
    where due.due_on <= add_days(int_settings.as_of, 30)
)

select * from final
