/*
description: Every currency of opportunities has a row in fx_rates; the amounts of those without one are in no sum.
severity: warn
*/
select
    currency,
    count(*) as deals,
    'add rows of this currency to fx_rates (day, currency, rate)' as what_to_do
from int_opportunities
where stated_amount != 0 and amount is null
group by currency
