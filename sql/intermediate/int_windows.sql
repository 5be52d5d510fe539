/*
description: The windows of counted invoice lines and subscription items that begin by as_of, each with its MRR per month.
grain: one row per line or item with a window
key: [line_id, is_item]
checks:
    - {name: window_is_not_empty, expression: window_start < window_end}
*/
with item_windows as (
    select
        subscription_items.item_id,
        subscription_items.account_id,
        coalesce(subscription_items.subscription_id, '') as subscription_id,
        subscription_items.product_id,
        subscription_items.currency,
        subscription_items.plan_id,
        subscription_items.quantity,
        cast(subscription_items.mrr as decimal(18, 4)) as mrr,
        subscription_items.starts_on,
        coalesce(least(subscription_items.ends_on, int_subscriptions__dated.cut_on), date '9999-12-31') as window_end
    from subscription_items
    left join int_subscriptions__dated
        on subscription_items.subscription_id = int_subscriptions__dated.subscription_id
),

lines as (
    select
        line_id,
        false as is_item,
        account_id,
        subscription_id,
        product_id,
        currency,
        plan_id,
        quantity,
        mrr,
        noise_units,
        window_start,
        window_end,
        -- a line that was cut short has ended for good: no renewal is awaited
        window_end = service_end as ran_to_its_end
    from int_lines__mrr
    where not_counted_because is null
    union all
    select
        item_id as line_id,
        true as is_item,
        account_id,
        subscription_id,
        product_id,
        currency,
        plan_id,
        quantity,
        mrr,
        0 as noise_units,
        starts_on as window_start,
        window_end,
        false as ran_to_its_end
    from item_windows
),

final as (
    select
        int_keys.key_id,
        lines.line_id,
        lines.is_item,
        lines.plan_id,
        lines.quantity,
        lines.mrr,
        lines.noise_units,
        lines.window_start,
        lines.window_end,
        lines.ran_to_its_end,
        -- the months at whose close it holds
        month_no(lines.window_start) as first_month_no,
        case
            when lines.window_end > int_settings.as_of then month_no(int_settings.as_of)
            else month_no(lines.window_end) - 1
        end as last_month_no
    from lines
    inner join int_keys
        on
            lines.account_id = int_keys.account_id
            and lines.subscription_id = int_keys.subscription_id
            and lines.product_id = int_keys.product_id
            and lines.currency = int_keys.currency
    cross join int_settings
    where
        lines.window_start < lines.window_end
        and lines.window_start <= int_settings.as_of
)

select * from final
