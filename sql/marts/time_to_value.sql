/*
description: >
    How long accounts take from their first active day to the first milestone marked value. Median and 75% by Kaplan-Meier, so
    that accounts that have not got there count as long as they have been followed, which is to as_of.
grain: one row per grain, cohort quarter, dimension and value with an account
key: [grain, cohort_quarter, dimension, dimension_value]
columns:
    grain: quarter, or all for all cohorts together
    cohort_quarter: First day of the quarter of the cohort month; of all, of the first one
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value at the close of the cohort month; (none) where it is missing
    accounts: Accounts of the cohorts
    reached: Those of them that have got there
    median_days: First day by which half have got there; NULL where they have not
    p75_days: First day by which three quarters have got there; NULL where they have not
accepted_values:
    grain: [quarter, all]
checks:
    - {name: reached_are_of_the_accounts, expression: reached <= accounts}
    - {name: median_is_at_most_p75, expression: median_days <= p75_days}
*/
with durations as (
    select
        set_no,
        cohort_quarter,
        days,
        count(*) as accounts,
        count(*) filter (where is_reached) as reached
    from int_time_to_value
    group by set_no, cohort_quarter, days
),

spread as (
    select
        'quarter' as grain,
        durations.cohort_quarter,
        sets.dimension,
        sets.dimension_value,
        durations.days,
        durations.accounts,
        durations.reached
    from durations
    inner join int_dimension_values as sets on durations.set_no = sets.set_no
    union all
    select
        'all' as grain,
        min(durations.cohort_quarter) over () as cohort_quarter,
        sets.dimension,
        sets.dimension_value,
        durations.days,
        durations.accounts,
        durations.reached
    from durations
    inner join int_dimension_values as sets on durations.set_no = sets.set_no
),

by_day as (
    select
        grain,
        cohort_quarter,
        dimension,
        dimension_value,
        days,
        sum(accounts) as accounts,
        sum(reached) as reached
    from spread
    group by grain, cohort_quarter, dimension, dimension_value, days
),

counted as (
    select
        by_day.*,
        sum(accounts) over (
            partition by grain, cohort_quarter, dimension, dimension_value
            order by days desc
            rows between unbounded preceding and current row
        ) as at_risk
    from by_day
),

-- the product of (1 - d/n) as a sum of logarithms; nobody is left where d = n
curves as (
    select
        counted.*,
        sum(
            case when reached < at_risk then ln(1 - cast(reached as double) / cast(at_risk as double)) else -1e9 end
        ) over (
            partition by grain, cohort_quarter, dimension, dimension_value
            order by days
            rows between unbounded preceding and current row
        ) as log_remaining
    from counted
),

final as (
    select
        grain,
        cohort_quarter,
        dimension,
        dimension_value,
        cast(sum(accounts) as bigint) as accounts,
        cast(sum(reached) as bigint) as reached,
        cast(min(days) filter (where exp(log_remaining) <= 0.5 + 1e-9) as integer) as median_days,
        cast(min(days) filter (where exp(log_remaining) <= 0.25 + 1e-9) as integer) as p75_days
    from curves
    group by grain, cohort_quarter, dimension, dimension_value
)

select * from final
