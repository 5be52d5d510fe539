/*
description: >
    For every account of a cohort the days from its first active day to the first milestone marked value, or to as_of while it
    has not got there. Value from before the first day took no day. Nothing, where no milestone is marked so.
grain: one row per account in a cohort
key: [account_no]
checks:
    - {name: days_are_not_negative, expression: days >= 0}
*/
with value_milestones as (
    select milestone
    from int_milestones__defined
    where is_value
),

reached as (
    select
        int_milestones.account_id,
        min(int_milestones.reached_on) as reached_on
    from int_milestones
    inner join value_milestones on int_milestones.milestone = value_milestones.milestone
    group by int_milestones.account_id
),

first_days as (
    select
        account_no,
        min(from_day) as first_active_on
    from int_account_spans__active
    group by account_no
),

final as (
    select
        int_cohorts.account_no,
        int_cohorts.set_no,
        cast(date_trunc('quarter', int_cohorts.cohort_month) as date) as cohort_quarter,
        greatest(days_between(first_days.first_active_on, coalesce(reached.reached_on, int_settings.as_of)), 0) as days,
        reached.reached_on is not null as is_reached
    from int_cohorts
    cross join int_settings
    inner join first_days on int_cohorts.account_no = first_days.account_no
    left join reached on int_cohorts.account_id = reached.account_id
    where exists (select 1 from value_milestones)
)

select * from final
