/*
description: >
    The keys that carry a level: account, subscription, product and currency, numbered. Lines and items without a
    subscription are together one subscription of their account.
grain: one row per account, subscription, product and currency
key: [key_id]
*/
with used as (
    select account_id, subscription_id, product_id, currency from int_lines__mrr where not_counted_because is null
    union
    select account_id, coalesce(subscription_id, ''), product_id, currency from subscription_items
),

final as (
    select
        cast(row_number() over (order by account_id, subscription_id, product_id, currency) as integer) as key_id,
        cast(dense_rank() over (order by account_id, subscription_id) as integer) as subscription_no,
        cast(dense_rank() over (order by account_id) as integer) as account_no,
        account_id,
        subscription_id,
        product_id,
        currency
    from used
)

select * from final
