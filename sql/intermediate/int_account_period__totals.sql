/*
description: >
    Opening, closing and retained MRR of every account active at the open or the close of a period. Retained is the
    close at the opening rates.
grain: one row per period and account active at one of its ends
key: [period_no, account_no]
*/
with opened as (
    select
        int_periods.period_no,
        int_closes__accounts.account_no,
        int_closes__accounts.mrr
    from int_periods
    inner join int_closes__accounts on int_periods.open_day = int_closes__accounts.close_day
    where int_closes__accounts.mrr > 0
),

closed as (
    select
        int_periods.period_no,
        int_closes__accounts.account_no,
        int_closes__accounts.mrr
    from int_periods
    inner join int_closes__accounts on int_periods.close_day = int_closes__accounts.close_day
    where int_closes__accounts.mrr > 0
),

-- each close at the rates of each open that it is compared with
pairs as (
    select distinct
        open_day,
        close_day
    from int_periods
),

retained as (
    select
        pairs.open_day,
        pairs.close_day,
        int_closes__levels.account_no,
        sum(at_rate(int_closes__levels.level, int_fx__closes.rate)) as mrr
    from pairs
    inner join int_closes__levels on pairs.close_day = int_closes__levels.close_day
    inner join int_fx__closes
        on
            int_closes__levels.currency = int_fx__closes.currency
            and pairs.open_day = int_fx__closes.close_day
    group by
        pairs.open_day,
        pairs.close_day,
        int_closes__levels.account_no
),

ends as (
    select
        coalesce(opened.period_no, closed.period_no) as period_no,
        coalesce(opened.account_no, closed.account_no) as account_no,
        coalesce(opened.mrr, 0) as opening_mrr,
        coalesce(closed.mrr, 0) as closing_mrr
    from opened
    full outer join closed
        on
            opened.period_no = closed.period_no
            and opened.account_no = closed.account_no
),

final as (
    select
        ends.period_no,
        int_periods.open_day,
        int_periods.close_day,
        ends.account_no,
        cast(ends.opening_mrr as decimal(18, 4)) as opening_mrr,
        cast(ends.closing_mrr as decimal(18, 4)) as closing_mrr,
        case
            when ends.opening_mrr > 0 and ends.closing_mrr > 0 then cast(greatest(retained.mrr, 0) as decimal(18, 4))
            else cast(0 as decimal(18, 4))
        end as retained_mrr
    from ends
    inner join int_periods on ends.period_no = int_periods.period_no
    left join retained
        on
            int_periods.open_day = retained.open_day
            and int_periods.close_day = retained.close_day
            and ends.account_no = retained.account_no
)

select * from final
