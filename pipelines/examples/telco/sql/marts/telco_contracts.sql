/*
description: January's churn by kind of contract, beside what the file says of charges.
grain: one row per contract
key: [contract]
columns:
    contract: Kind of contract; all for all of them
    customers: Customers served when the month began
    customers_in_file: Customers in the file
    churned_customers: Those of them who left in it
    churn_rate: churned_customers / customers
    monthly_charges: What all of them paid a month
    churned_monthly_charges: What those who left paid a month
    without_total_charges: Customers whose TotalCharges is blank
checks:
    - {name: no_customer_is_lost, expression: customers = customers_in_file}
*/
with blanks as (
    select
        coalesce("Contract", '(none)') as contract,
        count(*) as customers,
        count(*) filter (where "TotalCharges" is null) as without_total_charges
    from telco.customers
    group by coalesce("Contract", '(none)')
    union all
    select
        'all' as contract,
        count(*) as customers,
        count(*) filter (where "TotalCharges" is null) as without_total_charges
    from telco.customers
),

final as (
    select
        blanks.contract,
        retention.opening_accounts as customers,
        blanks.customers as customers_in_file,
        retention.churned_accounts as churned_customers,
        retention.logo_churn_rate as churn_rate,
        retention.opening_mrr as monthly_charges,
        mrr_rollforward.churned_mrr as churned_monthly_charges,
        blanks.without_total_charges
    from blanks
    left join retention
        on
            retention.grain = 'month'
            and retention.period_start = date '2020-01-01'
            and retention.dimension_value = blanks.contract
            and retention.dimension in ('all', 'segment')
    left join mrr_rollforward
        on
            retention.grain = mrr_rollforward.grain
            and retention.period_start = mrr_rollforward.period_start
            and retention.dimension = mrr_rollforward.dimension
            and retention.dimension_value = mrr_rollforward.dimension_value
)

select * from final
