/*
description: How many accounts survival follows, how many left, and the age by which half had left.
grain: one row per dimension and value
key: [dimension, dimension_value]
columns:
    dimension: all, or an account attribute of policy dimensions
    dimension_value: The attribute's value at the close of the cohort month; (none) where it is missing
    accounts: Accounts followed
    events: Accounts that left
    median_months: First age at which survival is at most one half; NULL where it stays above
*/
select
    dimension,
    dimension_value,
    cast(max(at_risk) filter (where age_months = 0) as bigint) as accounts,
    cast(sum(events) as bigint) as events,
    cast(min(age_months) filter (where survival <= 0.5 + 1e-9) as integer) as median_months
from survival
group by dimension, dimension_value
