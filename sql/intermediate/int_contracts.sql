/*
description: >
    The contracts seen at as_of, each part of a unit: the contracts of its account that end on the same day. A company
    that keeps no contracts has its counted lines of a year and more instead.
grain: one row per contract
key: [contract_no]
checks:
    - {name: term_is_not_empty, expression: term_start < term_end}
*/
with kept as (
    select
        contracts.contract_id,
        contracts.account_id,
        nullif(contracts.product_id, '') as product_id,
        contracts.term_start,
        contracts.term_end,
        contracts.value,
        contracts.currency,
        nullif(contracts.renewal_of, '') as renewal_of,
        false as is_line
    from contracts
    cross join int_settings
    where contracts.signed_at is null or local_date(contracts.signed_at, int_settings.timezone) <= int_settings.as_of
),

yearly_lines as (
    select
        line_id as contract_id,
        account_id,
        product_id,
        service_start as term_start,
        service_end as term_end,
        amount - discount_amount as value,
        currency,
        cast(null as varchar) as renewal_of,
        true as is_line
    from int_lines__mrr
    where
        not_counted_because is null
        and not is_proration
        and months_numerator >= 12 * months_denominator
        and not exists (select 1 from contracts)
),

known as (
    select * from kept
    union all
    select * from yearly_lines
),

measured as (
    select
        known.*,
        months_between(term_start, term_end) as calendar_months,
        months_between(term_start, term_end) between 1 and 60
        and (
            term_end = add_months(term_start, months_between(term_start, term_end))
            or term_start = add_months(term_end, -months_between(term_start, term_end))
        ) as is_whole_months
    from known
),

final as (
    select
        cast(row_number() over (order by contract_id) as integer) as contract_no,
        cast(dense_rank() over (order by account_id, term_end) as integer) as unit_no,
        contract_id,
        account_id,
        product_id,
        term_start,
        term_end,
        value,
        currency,
        renewal_of,
        is_line,
        -- the months of a line without an interval, as a fraction
        case when is_whole_months then calendar_months else 12 * days_between(term_start, term_end) end as months_numerator,
        case when is_whole_months then 1 else 365 end as months_denominator
    from measured
)

select * from final
