/*
description: Every contract seen is in one unit, and every unit that ended by as_of is due in one period of each grain.
severity: error
*/
with counts as (
    select
        (select count(*) from int_contracts) as contracts,
        (select coalesce(sum(contracts), 0) from int_contract_units) as contracts_in_units,
        (select count(*) from int_contract_units where is_due) as units_due,
        (select coalesce(sum(due), 0) from renewals where grain = 'month' and dimension = 'all') as months_due,
        (select coalesce(sum(due), 0) from renewals where grain = 'year' and dimension = 'all') as years_due
)

select *
from counts
where
    contracts != contracts_in_units
    or units_due != months_due
    or units_due != years_due
