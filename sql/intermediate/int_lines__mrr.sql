/*
description: >
    Every invoice line that is seen at as_of. Those that count have their MRR, the noise of a prorated amount, and the
    window in which they count. Exact: whole ten-thousandths divided and rounded half away from zero.
grain: one row per invoice line
key: [line_id]
accepted_values:
    status_then: [draft, open, paid, uncollectible, void]
    not_counted_because: [void, draft, undated write-off, past due, other kind]
checks:
    - {name: months_are_positive, expression: "not_counted_because is not null or (months_numerator > 0 and months_denominator > 0)"}
*/
with months as (
    select
        judged.*,
        prorations.full_line_id,
        cast(
            case
                when not_counted_because is not null then null
                when is_proration then prorations.months_numerator
                else full_numerator
            end as bigint
        ) as months_numerator,
        cast(case when is_proration then prorations.months_denominator else full_denominator end as bigint) as months_denominator,
        case when is_proration then prorations.is_yearly else full_numerator >= 12 * full_denominator end as is_yearly
    from int_lines__judged as judged
    left join int_lines__prorations as prorations on judged.line_id = prorations.line_id
),

discounted as (
    select
        months.*,
        case
            when int_settings.discounts = 'all' then discount_amount
            when int_settings.discounts = 'none' then 0
            when int_settings.discounts = 'forever' and discount_duration = 'forever' then discount_amount
            when int_settings.discounts = 'recurring' and (coalesce(discount_duration, '') != 'once' or is_yearly) then discount_amount
            else 0
        end as counted_discount
    from months
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
        based.line_id,
        based.invoice_id,
        based.account_id,
        based.subscription_id,
        based.product_id,
        based.plan_id,
        based.kind,
        based.currency,
        based.amount,
        based.discount_amount,
        based.quantity,
        based.service_start,
        based.service_end,
        based.is_proration,
        based.status_then,
        based.issued_on,
        based.written_off_on,
        based.not_counted_because,
        based.full_line_id,
        based.months_numerator,
        case when based.months_numerator is not null then based.months_denominator end as months_denominator,
        case when based.months_numerator is not null then based.counted_discount end as counted_discount,
        case when based.months_numerator is not null then based.counted_amount end as counted_amount,
        based.is_by_interval_amount,
        from_units(
            case
                -- the plan's full price, by the sign and share of the amount: free of the rounding of prorated cents
                when months_numerator is null then null
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
        case when based.months_numerator is not null then based.service_start end as window_start,
        case
            when based.months_numerator is not null
                then least(based.service_end, int_subscriptions__dated.cut_on, based.written_off_on)
        end as window_end,
        int_subscriptions__dated.canceled_on,
        int_subscriptions__dated.ended_on,
        based._source,
        based._file,
        based._line
    from based
    left join int_subscriptions__dated on based.subscription_id = int_subscriptions__dated.subscription_id
)

select * from final
