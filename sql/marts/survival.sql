/*
description: Kaplan-Meier survival of accounts by months since their cohort month.
grain: one row per dimension, value and age in months
key: [dimension, dimension_value, age_months]
columns:
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value at the close of the cohort month; (none) where it is missing
    age_months: Months since the cohort month
    at_risk: Accounts followed to this age that had not left before
    events: Accounts that left at this age
    survival: Estimated share of accounts that stay beyond this age
    std_error: Standard error of survival by Greenwood's formula
    ci_low: Lower bound of the 95% interval on the log-log scale; NULL where survival is 0 or 1
    ci_high: Upper bound of the 95% interval on the log-log scale; NULL where survival is 0 or 1
checks:
    - {name: survival_is_a_share, expression: survival between 0 and 1}
    - {name: events_are_of_those_at_risk, expression: events <= at_risk}
*/
with durations as (
    select
        set_no,
        duration_months,
        is_event,
        count(*) as accounts
    from int_survival__spells
    group by set_no, duration_months, is_event
),

spread as (
    select
        int_dimension_values.dimension,
        int_dimension_values.dimension_value,
        durations.duration_months,
        sum(durations.accounts) as accounts,
        coalesce(sum(durations.accounts) filter (where durations.is_event), 0) as events
    from durations
    inner join int_dimension_values on durations.set_no = int_dimension_values.set_no
    group by
        int_dimension_values.dimension,
        int_dimension_values.dimension_value,
        durations.duration_months
),

longest as (
    select
        dimension,
        dimension_value,
        max(duration_months) as longest_months,
        sum(accounts) as accounts
    from spread
    group by dimension, dimension_value
),

all_ages as (
    select
        longest.dimension,
        longest.dimension_value,
        cast(ages.age_months as integer) as age_months,
        longest.accounts
    from longest
    cross join unnest(sequence(0, longest.longest_months, 1)) as ages (age_months)
),

counted as (
    select
        all_ages.dimension,
        all_ages.dimension_value,
        all_ages.age_months,
        coalesce(spread.events, 0) as events,
        all_ages.accounts - coalesce(
            sum(spread.accounts) over (
                partition by all_ages.dimension, all_ages.dimension_value
                order by all_ages.age_months
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as at_risk
    from all_ages
    left join spread
        on
            all_ages.dimension = spread.dimension
            and all_ages.dimension_value = spread.dimension_value
            and all_ages.age_months = spread.duration_months
),

-- the product of (1 - d/n) as a sum of logarithms; nobody is left where d = n
steps as (
    select
        counted.*,
        case when events < at_risk then ln(1 - cast(events as double) / cast(at_risk as double)) end as log_step,
        case
            when events < at_risk
                then cast(events as double) / (cast(at_risk as double) * cast(at_risk - events as double))
        end as variance_step,
        case when events = at_risk then 1 else 0 end as is_last
    from counted
),

curves as (
    select
        steps.*,
        sum(log_step) over (
            partition by dimension, dimension_value
            order by age_months
            rows between unbounded preceding and current row
        ) as log_survival,
        sum(variance_step) over (
            partition by dimension, dimension_value
            order by age_months
            rows between unbounded preceding and current row
        ) as variance,
        max(is_last) over (
            partition by dimension, dimension_value
            order by age_months
            rows between unbounded preceding and current row
        ) as is_over,
        sum(events) over (
            partition by dimension, dimension_value
            order by age_months
            rows between unbounded preceding and current row
        ) as events_so_far
    from steps
),

estimated as (
    select
        curves.*,
        case
            when is_over = 1 then cast(0 as double)
            when events_so_far = 0 then cast(1 as double)
            else exp(log_survival)
        end as survival
    from curves
),

final as (
    select
        dimension,
        dimension_value,
        age_months,
        cast(at_risk as bigint) as at_risk,
        cast(events as bigint) as events,
        survival,
        case when survival > 0 then survival * sqrt(variance) else cast(0 as double) end as std_error,
        case
            when survival > 0 and survival < 1
                then exp(log_survival * exp(1.959963984540054 * sqrt(variance) / -log_survival))
        end as ci_low,
        case
            when survival > 0 and survival < 1
                then exp(log_survival * exp(-1.959963984540054 * sqrt(variance) / -log_survival))
        end as ci_high
    from estimated
)

select * from final
