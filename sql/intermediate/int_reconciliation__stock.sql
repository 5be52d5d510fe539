/*
description: >
    The stock bridge at every month close: from the MRR of the lines that are open, over noise and grace, to the levels of
    each currency; and over rates and accounts below zero to the closing MRR of the roll-forward.
grain: one row per close, currency and line of the bridge
key: [close_day, currency, position]
*/
with open_lines as (
    select
        int_closes.close_day,
        mrr_lines.currency,
        sum(mrr_lines.mrr) as amount
    from mrr_lines
    inner join int_closes
        on
            mrr_lines.window_start <= int_closes.close_day
            and coalesce(mrr_lines.window_end, date '9999-12-31') > int_closes.close_day
    where mrr_lines.not_counted_because is null
    group by int_closes.close_day, mrr_lines.currency
),

noise as (
    select
        int_closes.close_day,
        int_keys.currency,
        -sum(int_levels__swept.lines_mrr) as amount
    from int_levels__swept
    inner join int_closes
        on
            int_levels__swept.from_day <= int_closes.close_day
            and int_levels__swept.to_day > int_closes.close_day
    inner join int_keys on int_levels__swept.key_id = int_keys.key_id
    where int_levels__swept.level = 0
    group by int_closes.close_day, int_keys.currency
),

grace as (
    select
        int_closes.close_day,
        int_keys.currency,
        sum(int_levels__grace.level) as amount
    from int_levels__grace
    inner join int_closes
        on
            int_levels__grace.from_day <= int_closes.close_day
            and int_levels__grace.to_day > int_closes.close_day
    inner join int_keys on int_levels__grace.key_id = int_keys.key_id
    group by int_closes.close_day, int_keys.currency
),

-- on its own way: from the published spans alone
levels as (
    select
        int_closes.close_day,
        mrr_levels.account_id,
        mrr_levels.currency,
        mrr_levels.level_mrr,
        at_rate(mrr_levels.level_mrr, int_fx__closes.rate) as converted
    from mrr_levels
    inner join int_closes
        on
            mrr_levels.from_day <= int_closes.close_day
            and mrr_levels.to_day > int_closes.close_day
    left join int_fx__closes
        on
            mrr_levels.currency = int_fx__closes.currency
            and int_closes.close_day = int_fx__closes.close_day
),

per_account as (
    select
        close_day,
        account_id,
        sum(converted) as converted
    from levels
    group by close_day, account_id
),

steps as (
    select close_day, currency, 1 as position, 'mrr of open lines' as step, amount from open_lines
    union all
    select close_day, currency, 2 as position, 'less noise' as step, amount from noise
    union all
    select close_day, currency, 3 as position, 'plus grace' as step, amount from grace
    union all
    select close_day, currency, 4 as position, 'sum of levels' as step, sum(level_mrr) as amount
    from levels
    group by close_day, currency
    union all
    select close_day, currency, 6 as position, 'at the rate' as step, sum(converted) as amount
    from levels
    group by close_day, currency
    union all
    select close_day, '(all)' as currency, 7 as position, 'at the rate' as step, sum(converted) as amount
    from levels
    group by close_day
    union all
    select close_day, '(all)' as currency, 8 as position, 'plus accounts below zero set to zero' as step, -sum(least(converted, 0)) as amount
    from per_account
    group by close_day
    union all
    select int_closes.close_day, '(all)' as currency, 9 as position, 'closing_mrr' as step, mrr_rollforward.closing_mrr as amount
    from mrr_rollforward
    inner join int_closes on mrr_rollforward.period_start = int_closes.month_start
    where mrr_rollforward.grain = 'month' and mrr_rollforward.dimension = 'all'
),

final as (
    select
        close_day,
        currency,
        position,
        step,
        cast(coalesce(amount, 0) as decimal(28, 8)) as amount
    from steps
    union all
    select
        close_day,
        currency,
        5 as position,
        'residue' as step,
        cast(sum(case when position < 4 then coalesce(amount, 0) else -coalesce(amount, 0) end) as decimal(28, 8)) as amount
    from steps
    where position <= 4
    group by close_day, currency
    union all
    select
        close_day,
        currency,
        10 as position,
        'residue' as step,
        cast(sum(case when position < 9 then coalesce(amount, 0) else -coalesce(amount, 0) end) as decimal(28, 8)) as amount
    from steps
    where position between 7 and 9
    group by close_day, currency
)

select * from final
