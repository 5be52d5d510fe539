/*
description: >
    The revenue that each account's lines and items give each month, in the reporting currency. Each share is rounded
    once, half away from zero; where a double cannot tell to which side, it is computed as a whole quotient.
grain: one row per account and month with days of service
key: [account_no, month_no]
*/
with approximated as (
    select
        shares.*,
        cast(amount as double) * 10000 * days / of_days * cast(rate as double) as units
    from int_account_value__shares as shares
),

rounded as (
    select
        account_no,
        month_no,
        case
            when is_clear(units) then cast(round(units) as hugeint)
            else round_quotient(
                to_units(amount) * days * cast(rate * cast(1000000000000 as decimal(13, 0)) as hugeint),
                of_days * cast(1000000000000 as hugeint)
            )
        end as units
    from approximated
),

final as (
    select
        account_no,
        month_no,
        from_units(sum(units)) as recognized_amount
    from rounded
    group by account_no, month_no
)

select * from final
