/*
description: >
    The unit that each contract goes on: the one whose contract it names in renewal_of; else, of its account's other
    units that end near its start and had its product, the nearest. Each contract goes on at most one.
grain: one row per contract that goes on a unit
key: [contract_no]
*/
with named as (
    select
        contracts.contract_no,
        earlier.unit_no as renewed_unit_no
    from int_contracts as contracts
    inner join int_contracts as earlier on contracts.renewal_of = earlier.contract_id
    where contracts.unit_no != earlier.unit_no
),

units as (
    select
        unit_no,
        account_id,
        term_end,
        min(term_start) as first_term_start
    from int_contracts
    group by unit_no, account_id, term_end
),

-- the products of a unit; NULL is any product
unit_products as (
    select distinct
        unit_no,
        product_id
    from int_contracts
),

near as (
    select
        contracts.contract_no,
        contracts.product_id,
        contracts.term_start,
        units.unit_no,
        units.term_end
    from int_contracts as contracts
    cross join int_settings
    inner join units
        on
            contracts.account_id = units.account_id
            and contracts.unit_no != units.unit_no
            and contracts.term_start > units.first_term_start
            and days_between(units.term_end, contracts.term_start)
            between -int_settings.renewal_early_days and int_settings.renewal_grace_days
    where contracts.contract_no not in (select contract_no from named)
),

of_the_product as (
    select distinct
        near.contract_no,
        near.term_start,
        near.unit_no,
        near.term_end
    from near
    inner join unit_products
        on
            near.unit_no = unit_products.unit_no
            and (
                near.product_id is null
                or unit_products.product_id is null
                or near.product_id = unit_products.product_id
            )
),

ranked as (
    select
        contract_no,
        unit_no,
        row_number() over (
            partition by contract_no
            order by abs(days_between(term_end, term_start)), term_end
        ) as position
    from of_the_product
),

final as (
    select
        contract_no,
        renewed_unit_no
    from named
    union all
    select
        contract_no,
        unit_no as renewed_unit_no
    from ranked
    where position = 1
)

select * from final
