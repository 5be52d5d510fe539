/*
description: Every currency with MRR has a row in fx_rates on or before as_of.
severity: error
*/
select
    int_keys.currency,
    min(int_levels.from_day) as needed_from,
    count(distinct int_keys.account_id) as accounts,
    'add rows of this currency to fx_rates (day, currency, rate)' as what_to_do
from int_levels
inner join int_keys on int_levels.key_id = int_keys.key_id
left join int_fx__spans on int_keys.currency = int_fx__spans.currency
where int_fx__spans.currency is null
group by int_keys.currency
