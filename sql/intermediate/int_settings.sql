/*
description: The run and its policy as one row of typed columns, which every other model reads.
grain: one row
key: [as_of]
*/
select
    run_context.as_of,
    run_context.timezone,
    run_context.currency as reporting_currency,
    add_days(run_context.as_of, 1) as day_after,
    case
        when run_context.as_of = last_day_of_month(run_context.as_of) then run_context.as_of
        else add_days(cast(date_trunc('month', run_context.as_of) as date), -1)
    end as last_complete_month_end,
    cast(max(policy.value) filter (where policy.setting = 'grace_days') as integer) as grace_days,
    max(policy.value) filter (where policy.setting = 'discounts') as discounts,
    max(policy.value) filter (where policy.setting = 'churn_on') as churn_on,
    max(policy.value) filter (where policy.setting = 'usage') as usage,
    max(policy.value) filter (where policy.setting = 'drafts') as drafts,
    max(policy.value) filter (where policy.setting = 'past_due') as past_due,
    max(policy.value) filter (where policy.setting = 'reactivation') as reactivation,
    cast(max(policy.value) filter (where policy.setting = 'books_open_on' and policy.value != '') as date) as books_open_on,
    cast(max(policy.value) filter (where policy.setting = 'movement_tolerance') as decimal(18, 4)) as movement_tolerance,
    cast(max(policy.value) filter (where policy.setting = 'fx_max_age_days') as integer) as fx_max_age_days,
    cast(max(policy.value) filter (where policy.setting = 'survival_return_months') as integer) as survival_return_months,
    max(policy.value) filter (where policy.setting = 'dimensions') as dimensions,
    cast(max(policy.value) filter (where policy.setting = 'gross_margin') as decimal(18, 12)) as gross_margin,
    cast(max(policy.value) filter (where policy.setting = 'discount_rate') as decimal(18, 12)) as discount_rate,
    cast(max(policy.value) filter (where policy.setting = 'clv_max_months') as integer) as clv_max_months,
    max(policy.value) filter (where policy.setting = 'cac_categories') as cac_categories,
    cast(max(policy.value) filter (where policy.setting = 'cac_lag_months') as integer) as cac_lag_months,
    cast(max(policy.value) filter (where policy.setting = 'renewal_early_days') as integer) as renewal_early_days,
    cast(max(policy.value) filter (where policy.setting = 'renewal_grace_days') as integer) as renewal_grace_days
from run_context
cross join policy
group by
    run_context.as_of,
    run_context.timezone,
    run_context.currency
