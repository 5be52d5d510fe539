/*
description: >
    The ARR of each contract in its own unit, and in the unit that it goes on, at the rate of that unit's end, or of
    as_of for one that ends later. Rounded once, half away from zero. A contract gives way to its amendment.
grain: one row per contract and unit in which it counts
key: [contract_no, is_successor]
*/
with amendments as (
    select
        earlier.contract_no,
        amendment.contract_no as amendment_no
    from int_contracts as earlier
    inner join int_contracts as amendment
        on
            earlier.contract_id = amendment.renewal_of
            and earlier.unit_no = amendment.unit_no
            and earlier.contract_no != amendment.contract_no
),

amended as (
    select distinct contract_no from amendments
),

amended_in_renewal as (
    select distinct amendments.contract_no
    from amendments
    inner join int_contracts__renewed as renewed on amendments.contract_no = renewed.contract_no
    inner join int_contracts__renewed as renewed_by_amendment
        on
            amendments.amendment_no = renewed_by_amendment.contract_no
            and renewed.renewed_unit_no = renewed_by_amendment.renewed_unit_no
),

units as (
    select distinct
        unit_no,
        term_end
    from int_contracts
),

roles as (
    select
        contract_no,
        unit_no,
        false as is_successor,
        contract_no in (select contract_no from amended) as is_amended
    from int_contracts
    union all
    select
        contract_no,
        renewed_unit_no as unit_no,
        true as is_successor,
        contract_no in (select contract_no from amended_in_renewal) as is_amended
    from int_contracts__renewed
),

approximated as (
    select
        roles.contract_no,
        roles.unit_no,
        roles.is_successor,
        roles.is_amended,
        contracts.value,
        contracts.months_numerator,
        contracts.months_denominator,
        int_fx__days.rate,
        cast(contracts.value as double) * 120000 * contracts.months_denominator / contracts.months_numerator
        * cast(int_fx__days.rate as double) as units
    from roles
    inner join int_contracts as contracts on roles.contract_no = contracts.contract_no
    inner join units on roles.unit_no = units.unit_no
    cross join int_settings
    left join int_fx__days
        on
            contracts.currency = int_fx__days.currency
            and least(units.term_end, int_settings.as_of) = int_fx__days.day
),

final as (
    select
        contract_no,
        unit_no,
        is_successor,
        is_amended,
        case
            when is_amended then cast(0 as decimal(18, 4))
            when is_clear(units) then from_units(round(units))
            else from_units(
                round_quotient(
                    to_units(value) * 12 * months_denominator * cast(rate * cast(1000000000000 as decimal(13, 0)) as hugeint),
                    months_numerator * cast(1000000000000 as hugeint)
                )
            )
        end as arr
    from approximated
)

select * from final
