/*
description: >
    Spend seen at as_of in the reporting currency, with the month that it counts in: its own, and that of the customers
    it won, cac_lag_months later. A view, read by month alone.
grain: one row per entry of spend
materialized: view
*/
select
    spend.spend_id,
    spend.category,
    nullif(spend.channel, '') as channel,
    cast(date_trunc('month', spend.spent_on) as date) as spent_month,
    cast(date_trunc('month', add_months(cast(date_trunc('month', spend.spent_on) as date), int_settings.cac_lag_months)) as date) as won_month,
    acquiring.category is not null as is_acquisition,
    at_rate(spend.amount, int_fx__days.rate) as amount
from spend
cross join int_settings
left join (
    select categories.category
    from int_settings
    cross join unnest(split(int_settings.cac_categories, ',')) as categories (category)
) as acquiring on spend.category = acquiring.category
left join int_fx__days
    on
        spend.currency = int_fx__days.currency
        and spend.spent_on = int_fx__days.day
where spend.spent_on <= int_settings.as_of
