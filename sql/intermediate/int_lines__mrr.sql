/*
description: >
    Counted invoice lines with their MRR, the noise of a prorated amount, and the window in which they count.
    Exact: whole ten-thousandths divided and rounded half away from zero.
grain: one row per counted invoice line
key: [line_id]
*/
with discounted as (
    select
        int_lines__months.*,
        case
            when int_settings.discounts = 'all' then discount_amount
            when int_settings.discounts = 'none' then 0
            when int_settings.discounts = 'forever' and discount_duration = 'forever' then discount_amount
            when int_settings.discounts = 'recurring' and (coalesce(discount_duration, '') != 'once' or is_yearly) then discount_amount
            else 0
        end as counted_discount
    from int_lines__months
    cross join int_settings
),

based as (
    select
        discounted.*,
        amount - counted_discount as counted_amount,
        is_proration
        and interval_amount is not null
        and interval_numerator is not null
        and amount != 0 as is_by_interval_amount
    from discounted
),

final as (
    select
        based.*,
        from_units(
            case
                -- the plan's full price, by the sign and share of the amount: free of the rounding of prorated cents
                when is_by_interval_amount
                    then round_quotient(
                        to_units(interval_amount) * to_units(counted_amount) * interval_denominator,
                        abs(to_units(amount)) * interval_numerator
                    )
                else round_quotient(to_units(counted_amount) * months_denominator, months_numerator)
            end
        ) as mrr,
        -- 0.01 per month of a proration, in units of 10^-12
        case
            when is_proration and not is_by_interval_amount
                then cast(round_quotient(cast(10000000000 as hugeint) * months_denominator, months_numerator) as bigint)
            else 0
        end as noise_units,
        service_start as window_start,
        least(service_end, int_subscriptions__dated.cut_on, written_off_on) as window_end,
        int_subscriptions__dated.canceled_on,
        int_subscriptions__dated.ended_on
    from based
    left join int_subscriptions__dated on based.subscription_id = int_subscriptions__dated.subscription_id
)

select * from final
