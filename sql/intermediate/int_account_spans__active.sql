/*
description: >
    The unbroken spans of days on which an account is active. Where every level is plainly positive any level will do;
    accounts with a level below one unit of its currency are summed for each stretch of levels and rates.
grain: one row per account and span
key: [account_no, from_day]
*/
with levels as (
    select
        int_keys.account_no,
        int_keys.currency,
        int_levels.from_day,
        int_levels.to_day,
        int_levels.level
    from int_levels
    inner join int_keys on int_levels.key_id = int_keys.key_id
),

doubtful as (
    select distinct account_no
    from levels
    where level < 1
),

plain as (
    select
        account_no,
        from_day,
        to_day
    from levels
    where account_no not in (select account_no from doubtful)
),

doubtful_levels as (
    select
        levels.account_no,
        levels.level,
        int_fx__spans.rate,
        greatest(levels.from_day, int_fx__spans.from_day) as from_day,
        least(levels.to_day, int_fx__spans.to_day) as to_day
    from levels
    inner join doubtful on levels.account_no = doubtful.account_no
    inner join int_fx__spans
        on
            levels.currency = int_fx__spans.currency
            and levels.from_day < int_fx__spans.to_day
            and levels.to_day > int_fx__spans.from_day
),

edges as (
    select account_no, from_day as day, at_rate(level, rate) as mrr from doubtful_levels
    union all
    select account_no, to_day as day, -at_rate(level, rate) as mrr from doubtful_levels
),

changes as (
    select
        account_no,
        day,
        sum(mrr) as mrr
    from edges
    group by account_no, day
),

summed as (
    select
        account_no,
        day as from_day,
        lead(day) over (partition by account_no order by day) as to_day,
        sum(mrr) over (partition by account_no order by day rows between unbounded preceding and current row) as mrr
    from changes
),

-- each span once: the two windows below must see the same order, and equal spans have none
active as (
    select * from plain
    union
    select
        account_no,
        from_day,
        to_day
    from summed
    where mrr > 0
),

reached as (
    select
        active.*,
        max(to_day) over (
            partition by account_no
            order by from_day, to_day
            rows between unbounded preceding and 1 preceding
        ) as reached_day
    from active
),

numbered as (
    select
        reached.*,
        sum(case when from_day <= reached_day then 0 else 1 end) over (
            partition by account_no
            order by from_day, to_day
            rows between unbounded preceding and current row
        ) as span_no
    from reached
),

final as (
    select
        account_no,
        min(from_day) as from_day,
        max(to_day) as to_day
    from numbered
    group by account_no, span_no
)

select * from final
