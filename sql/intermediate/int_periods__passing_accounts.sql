/*
description: Accounts that were active within a period and at neither of its ends, counted.
grain: one row per period that has such accounts
key: [period_no]
*/
with within as (
    select distinct
        int_periods.period_no,
        spans.account_no
    from int_account_spans__active as spans
    inner join int_periods
        on
            spans.from_day > int_periods.open_day
            and spans.to_day <= int_periods.close_day
),

final as (
    select
        within.period_no,
        count(*) as accounts
    from within
    left join int_account_period__totals as totals
        on
            within.period_no = totals.period_no
            and within.account_no = totals.account_no
    where totals.account_no is null
    group by within.period_no
)

select * from final
