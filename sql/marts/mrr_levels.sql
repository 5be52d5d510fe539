/*
description: The MRR of each account, subscription, product and currency, span of days by span of days, up to as_of.
grain: one row per account, subscription, product, currency and span of days with a level that is not zero
key: [account_id, subscription_id, product_id, currency, from_day]
columns:
    account_id: The account
    subscription_id: The subscription; empty where the records name none
    product_id: The product
    currency: Currency of the level
    from_day: First day of the span
    to_day: First day after the span, as_of + 1 at the latest
    level_mrr: MRR on each day of the span, in its own currency
    is_grace: Whether no line holds these days and grace bridges a late renewal
*/
select
    int_keys.account_id,
    int_keys.subscription_id,
    int_keys.product_id,
    int_keys.currency,
    int_levels.from_day,
    int_levels.to_day,
    int_levels.level as level_mrr,
    int_levels.is_grace
from int_levels
inner join int_keys on int_levels.key_id = int_keys.key_id
