/*
description: >
    What each key of an account that is active at both ends of a period changed, at the opening rate. Only accounts
    whose retained MRR is not their opening MRR: the others have nothing to split.
grain: one row per period and key with a level at one of its ends
key: [period_no, key_id]
*/
with changed as (
    select
        period_no,
        account_no,
        open_day,
        close_day
    from int_account_period__totals
    where opening_mrr > 0 and closing_mrr > 0 and retained_mrr != opening_mrr
),

opened as (
    select
        changed.period_no,
        changed.open_day,
        changed.close_day,
        levels.*
    from changed
    inner join int_closes__levels as levels
        on
            changed.account_no = levels.account_no
            and changed.open_day = levels.close_day
),

closed as (
    select
        changed.period_no,
        levels.key_id,
        levels.account_no,
        levels.subscription_no,
        levels.product_id,
        levels.close_day,
        levels.level,
        at_rate(levels.level, int_fx__closes.rate) as mrr_at_open_rate
    from changed
    inner join int_closes__levels as levels
        on
            changed.account_no = levels.account_no
            and changed.close_day = levels.close_day
    inner join int_fx__closes
        on
            levels.currency = int_fx__closes.currency
            and changed.open_day = int_fx__closes.close_day
),

-- the two ends side by side; a key has at most one row at each
ends as (
    select
        period_no,
        key_id,
        account_no,
        subscription_no,
        product_id,
        mrr as open_mrr,
        cast(0 as decimal(18, 4)) as close_mrr,
        1 as at_open,
        0 as at_close,
        open_day,
        cast(null as date) as close_day
    from opened
    union all
    select
        period_no,
        key_id,
        account_no,
        subscription_no,
        product_id,
        cast(0 as decimal(18, 4)) as open_mrr,
        mrr_at_open_rate as close_mrr,
        0 as at_open,
        1 as at_close,
        cast(null as date) as open_day,
        close_day
    from closed
),

keys as (
    select
        period_no,
        key_id,
        account_no,
        subscription_no,
        product_id,
        cast(sum(close_mrr) - sum(open_mrr) as decimal(18, 4)) as delta_mrr,
        max(at_open) = 1 as is_at_open,
        max(at_close) = 1 as is_at_close,
        max(open_day) as open_day,
        max(close_day) as close_day
    from ends
    group by period_no, key_id, account_no, subscription_no, product_id
),

-- had the account the product, and did the subscription carry a level, at either end?
flagged as (
    select
        keys.*,
        not bool_or(is_at_open) over (partition by period_no, account_no, product_id) as is_product_added,
        not bool_or(is_at_close) over (partition by period_no, account_no, product_id) as is_product_dropped,
        bool_or(is_at_open) over (partition by period_no, subscription_no)
        and bool_or(is_at_close) over (partition by period_no, subscription_no) as is_subscription_kept
    from keys
),

final as (
    select
        flagged.period_no,
        flagged.key_id,
        flagged.account_no,
        flagged.product_id,
        flagged.delta_mrr,
        flagged.is_product_added,
        flagged.is_product_dropped,
        -- subscriptions that are at one end only form one group: a new contract takes an old one's place
        case when flagged.is_subscription_kept then flagged.subscription_no else 0 end as group_no,
        coalesce(
            flagged.is_at_open
            and flagged.is_at_close
            and open_lines.plan_id = close_lines.plan_id
            and open_lines.quantity = close_lines.quantity,
            false
        ) as is_same_plan_and_quantity
    from flagged
    left join int_closes__current_lines as open_lines
        on
            flagged.key_id = open_lines.key_id
            and flagged.open_day = open_lines.close_day
    left join int_closes__current_lines as close_lines
        on
            flagged.key_id = close_lines.key_id
            and flagged.close_day = close_lines.close_day
)

select * from final
