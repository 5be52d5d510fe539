/*
description: What became of the accounts that were first active in a month, age by age, at the rates of that month's close.
grain: one row per dimension, value, cohort month and age in months
key: [dimension, dimension_value, cohort_month, age_months]
columns:
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value at the close of the cohort month; (none) where it is missing
    cohort_month: First day of the first month at whose close the accounts are active
    age_months: Months since the cohort month, to the last complete month
    cohort_accounts: Accounts of the cohort
    cohort_mrr: Their MRR at age 0
    active_accounts: Those active at this age
    mrr: Their MRR at this age
    gross_mrr: The smaller of MRR at this age and at age 0 of each account, summed
    logo_retention: active_accounts / cohort_accounts
    net_retention: mrr / cohort_mrr
    gross_retention: gross_mrr / cohort_mrr
checks:
    - {name: gross_is_at_most_net_and_cohort, expression: "gross_mrr <= mrr and gross_mrr <= cohort_mrr"}
    - {name: active_are_of_the_cohort, expression: active_accounts <= cohort_accounts}
*/
with held as (
    select
        int_cohorts.account_no,
        int_cohorts.cohort_month,
        int_cohorts.set_no,
        months_between(int_cohorts.cohort_month, int_closes.month_start) as age_months,
        cast(greatest(sum(at_rate(int_closes__levels.level, int_fx__closes.rate)), 0) as decimal(18, 4)) as mrr
    from int_cohorts
    inner join int_closes__levels on int_cohorts.account_no = int_closes__levels.account_no
    inner join int_closes
        on
            int_closes__levels.close_day = int_closes.close_day
            and int_closes.is_complete
    inner join int_fx__closes
        on
            int_closes__levels.currency = int_fx__closes.currency
            and int_cohorts.cohort_close = int_fx__closes.close_day
    where int_closes__levels.close_day >= int_cohorts.cohort_close
    group by
        int_cohorts.account_no,
        int_cohorts.cohort_month,
        int_cohorts.set_no,
        int_closes.month_start
),

first_held as (
    select
        account_no,
        mrr as first_mrr
    from held
    where age_months = 0
),

by_set as (
    select
        held.set_no,
        held.cohort_month,
        held.age_months,
        count(*) filter (where held.mrr > 0) as active_accounts,
        sum(held.mrr) as mrr,
        sum(least(held.mrr, first_held.first_mrr)) as gross_mrr
    from held
    inner join first_held on held.account_no = first_held.account_no
    group by held.set_no, held.cohort_month, held.age_months
),

spread as (
    select
        int_dimension_values.dimension,
        int_dimension_values.dimension_value,
        by_set.cohort_month,
        by_set.age_months,
        sum(by_set.active_accounts) as active_accounts,
        sum(by_set.mrr) as mrr,
        sum(by_set.gross_mrr) as gross_mrr
    from by_set
    inner join int_dimension_values on by_set.set_no = int_dimension_values.set_no
    group by
        int_dimension_values.dimension,
        int_dimension_values.dimension_value,
        by_set.cohort_month,
        by_set.age_months
),

cohorts as (
    select
        int_dimension_values.dimension,
        int_dimension_values.dimension_value,
        int_cohorts.cohort_month,
        count(*) as cohort_accounts
    from int_cohorts
    inner join int_dimension_values on int_cohorts.set_no = int_dimension_values.set_no
    group by
        int_dimension_values.dimension,
        int_dimension_values.dimension_value,
        int_cohorts.cohort_month
),

-- a cohort has a row for every age, whether anyone is left or not
ages as (
    select
        cohorts.*,
        months_between(cohorts.cohort_month, int_closes.month_start) as age_months
    from cohorts
    inner join int_closes on cohorts.cohort_month <= int_closes.month_start
    where int_closes.is_complete
),

final as (
    select
        ages.dimension,
        ages.dimension_value,
        ages.cohort_month,
        ages.age_months,
        cast(ages.cohort_accounts as bigint) as cohort_accounts,
        cast(first_age.mrr as decimal(18, 4)) as cohort_mrr,
        cast(coalesce(spread.active_accounts, 0) as bigint) as active_accounts,
        cast(coalesce(spread.mrr, 0) as decimal(18, 4)) as mrr,
        cast(coalesce(spread.gross_mrr, 0) as decimal(18, 4)) as gross_mrr,
        cast(coalesce(spread.active_accounts, 0) as double) / cast(ages.cohort_accounts as double) as logo_retention,
        cast(coalesce(spread.mrr, 0) as double) / nullif(cast(first_age.mrr as double), 0) as net_retention,
        cast(coalesce(spread.gross_mrr, 0) as double) / nullif(cast(first_age.mrr as double), 0) as gross_retention
    from ages
    inner join spread as first_age
        on
            ages.dimension = first_age.dimension
            and ages.dimension_value = first_age.dimension_value
            and ages.cohort_month = first_age.cohort_month
            and first_age.age_months = 0
    left join spread
        on
            ages.dimension = spread.dimension
            and ages.dimension_value = spread.dimension_value
            and ages.cohort_month = spread.cohort_month
            and ages.age_months = spread.age_months
)

select * from final
