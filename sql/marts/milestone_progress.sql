/*
description: >
    How many of the accounts active at as_of have reached each milestone, functional and customer milestones apart; the milestone
    (any) is any one of its kind.
grain: one row per dimension, value, kind and milestone
key: [dimension, dimension_value, kind, milestone]
columns:
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value at as_of; (none) where it is missing
    kind: functional, or customer
    milestone: Name of the milestone; (any) for any of the kind
    label_pt: The milestone in Portuguese
    label_en: The milestone in English
    reached: Active accounts that have reached it
    accounts: Active accounts
    share: reached / accounts
    median_days: Median days from the first active day, of those that have reached it
accepted_values:
    kind: [functional, customer]
checks:
    - {name: reached_are_of_the_accounts, expression: reached <= accounts}
*/
with active as (
    select
        accounts.account_id,
        accounts.first_active_on,
        sets.dimension,
        sets.dimension_value
    from int_accounts__now as accounts
    inner join int_survey__dimension_values as sets on accounts.set_no = sets.set_no
),

totals as (
    select
        dimension,
        dimension_value,
        count(*) as accounts
    from active
    group by dimension, dimension_value
),

single as (
    select
        int_milestones.account_id,
        defined.kind,
        int_milestones.milestone,
        int_milestones.reached_on
    from int_milestones
    inner join int_milestones__defined as defined on int_milestones.milestone = defined.milestone
),

reached as (
    select * from single
    union all
    select
        account_id,
        kind,
        '(any)' as milestone,
        min(reached_on) as reached_on
    from single
    group by account_id, kind
),

ranked as (
    select
        active.dimension,
        active.dimension_value,
        reached.kind,
        reached.milestone,
        greatest(days_between(active.first_active_on, reached.reached_on), 0) as days,
        row_number() over (
            partition by active.dimension, active.dimension_value, reached.kind, reached.milestone
            order by greatest(days_between(active.first_active_on, reached.reached_on), 0), active.account_id
        ) as position,
        count(*) over (partition by active.dimension, active.dimension_value, reached.kind, reached.milestone) as reached
    from active
    inner join reached on active.account_id = reached.account_id
),

-- the middle one, or the mean of the two in the middle
summed as (
    select
        dimension,
        dimension_value,
        kind,
        milestone,
        count(*) as reached,
        cast(sum(days) filter (where 2 * position between reached and reached + 2) as double)
        / cast(count(*) filter (where 2 * position between reached and reached + 2) as double) as median_days
    from ranked
    group by dimension, dimension_value, kind, milestone
),

milestones_due as (
    select
        kind,
        milestone,
        label_pt,
        label_en
    from int_milestones__defined
    union all
    select distinct
        kind,
        '(any)' as milestone,
        'qualquer' as label_pt,
        'any' as label_en
    from int_milestones__defined
),

final as (
    select
        totals.dimension,
        totals.dimension_value,
        milestones_due.kind,
        milestones_due.milestone,
        milestones_due.label_pt,
        milestones_due.label_en,
        cast(coalesce(summed.reached, 0) as bigint) as reached,
        cast(totals.accounts as bigint) as accounts,
        cast(coalesce(summed.reached, 0) as double) / cast(totals.accounts as double) as share,
        summed.median_days
    from totals
    cross join milestones_due
    left join summed
        on
            totals.dimension = summed.dimension
            and totals.dimension_value = summed.dimension_value
            and milestones_due.kind = summed.kind
            and milestones_due.milestone = summed.milestone
)

select * from final
