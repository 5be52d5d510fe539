/*
description: >
    The rate of every currency on the days at which amounts outside of levels are valued: the start of a service, the
    first of an item's months, the day of an expense, the end of a contract, the close of a deal, and as_of.
grain: one row per currency and day
key: [currency, day]
*/
with days as (
    select service_start as day from int_lines__mrr where not_counted_because is null
    union
    select months.month_start as day from int_months as months
    union
    select spent_on as day from spend
    union
    select term_end as day from int_contracts
    union
    select local_date(opportunities.closed_at, int_settings.timezone) as day
    from opportunities
    cross join int_settings
    union
    select as_of as day from int_settings
),

final as (
    select
        int_fx__spans.currency,
        days.day,
        int_fx__spans.rate
    from days
    cross join int_settings
    inner join int_fx__spans
        on
            days.day >= int_fx__spans.from_day
            and days.day < int_fx__spans.to_day
    where days.day <= int_settings.as_of
)

select * from final
