/*
description: How far the margin on a cohort's revenue has paid back what was spent on winning it, age by age.
grain: one row per cohort month and age in months, to the last complete month
key: [cohort_month, age_months]
columns:
    cohort_month: First day of the first month at whose close the accounts are active
    age_months: Months since the cohort month
    cohort_accounts: Accounts of the cohort
    spend: Spend that counts in the cohort month, by policy cac_categories and cac_lag_months
    recognized_amount: Revenue of the cohort earned in the month of this age; at age 0, and before
    cumulative_amount: Revenue earned up to this age
    cumulative_margin: cumulative_amount * gross_margin
    payback_ratio: cumulative_margin / spend; NULL without spend
    payback_age: First age at which payback_ratio reaches 1; NULL while it has not
*/
with cohorts as (
    select
        cohort_month,
        count(*) as accounts
    from int_cohorts
    group by cohort_month
),

-- what an account paid for before the close that it is first active at belongs to age 0
earned as (
    select
        int_cohorts.cohort_month,
        greatest(value_months.month_no - month_no(int_cohorts.cohort_month), 0) as age_months,
        sum(value_months.recognized_amount) as recognized_amount
    from int_account_value__months as value_months
    inner join int_cohorts on value_months.account_no = int_cohorts.account_no
    group by
        int_cohorts.cohort_month,
        greatest(value_months.month_no - month_no(int_cohorts.cohort_month), 0)
),

ages as (
    select
        cohorts.cohort_month,
        cohorts.accounts,
        months_between(cohorts.cohort_month, int_closes.month_start) as age_months
    from cohorts
    inner join int_closes on cohorts.cohort_month <= int_closes.month_start
    where int_closes.is_complete
),

summed as (
    select
        ages.cohort_month,
        ages.age_months,
        ages.accounts,
        cast(coalesce(earned.recognized_amount, 0) as decimal(18, 4)) as recognized_amount,
        cast(
            sum(coalesce(earned.recognized_amount, 0)) over (
                partition by ages.cohort_month
                order by ages.age_months
                rows between unbounded preceding and current row
            ) as decimal(18, 4)
        ) as cumulative_amount
    from ages
    left join earned
        on
            ages.cohort_month = earned.cohort_month
            and ages.age_months = earned.age_months
),

margins as (
    select
        summed.*,
        coalesce(int_cac__months.spend, 0) as spend,
        at_rate(summed.cumulative_amount, int_settings.gross_margin) as cumulative_margin
    from summed
    cross join int_settings
    left join int_cac__months
        on
            summed.cohort_month = int_cac__months.month
            and int_cac__months.dimension = 'all'
),

final as (
    select
        cohort_month,
        age_months,
        cast(accounts as bigint) as cohort_accounts,
        cast(spend as decimal(18, 4)) as spend,
        recognized_amount,
        cumulative_amount,
        cumulative_margin,
        cast(cumulative_margin as double) / nullif(cast(spend as double), 0) as payback_ratio,
        min(case when spend > 0 and cumulative_margin >= spend then age_months end) over (partition by cohort_month) as payback_age
    from margins
)

select * from final
