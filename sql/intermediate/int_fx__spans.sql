/*
description: >
    The rate of every currency from day to day: that of the last row on or before the day, and of the first row before
    there is one. The reporting currency has 1.
grain: one row per currency and day on which its rate changes
key: [currency, from_day]
*/
with known as (
    select
        fx_rates.currency,
        fx_rates.day,
        fx_rates.rate,
        row_number() over (partition by fx_rates.currency order by fx_rates.day) as position,
        lead(fx_rates.day) over (partition by fx_rates.currency order by fx_rates.day) as next_day
    from fx_rates
    cross join int_settings
    where fx_rates.currency != int_settings.reporting_currency
),

final as (
    select
        currency,
        case when position = 1 then date '0001-01-01' else day end as from_day,
        coalesce(next_day, date '9999-12-31') as to_day,
        rate,
        day as rate_day
    from known
    union all
    select
        reporting_currency as currency,
        date '0001-01-01' as from_day,
        date '9999-12-31' as to_day,
        cast(1 as decimal(24, 12)) as rate,
        as_of as rate_day
    from int_settings
)

select * from final
