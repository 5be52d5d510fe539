/*
description: >
    The shifted-beta-geometric model of each group's churn, fitted in Go to the ages of survival. The SELECT is what the
    fit reads: ages of groups with enough to learn from, 50 accounts and churn at three ages.
grain: one row per dimension and value with enough accounts and churn
key: [dimension, dimension_value]
step: sbg_fit
columns:
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value at the close of the cohort month; (none) where it is missing
    alpha: First parameter of the beta distribution of churn rates; NULL when no finite one fits best
    beta: Second parameter
    log_likelihood: Of the observed ages at churn, at alpha and beta
    alpha_std_error: Standard error of alpha, from the observed information
    beta_std_error: Standard error of beta
    discounted_months: Months that a new account is expected to stay, each discounted by policy discount_rate
    note: Why alpha, beta or discounted_months is NULL
*/
with learned_from as (
    select
        dimension,
        dimension_value
    from survival
    group by dimension, dimension_value
    having max(at_risk) >= 50 and count(*) filter (where events > 0) >= 3
)

select
    survival.dimension,
    survival.dimension_value,
    survival.age_months,
    survival.at_risk,
    survival.events,
    cast(int_settings.discount_rate as double) as discount_rate
from survival
cross join int_settings
inner join learned_from
    on
        survival.dimension = learned_from.dimension
        and survival.dimension_value = learned_from.dimension_value
where survival.age_months > 0
order by
    survival.dimension,
    survival.dimension_value,
    survival.age_months
