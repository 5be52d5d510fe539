/*
description: What the models noticed in the records and a person should know; no record is left out because of it.
grain: one row per finding and subject
key: [check_name, source, stream, subject]
accepted_values:
    severity: [info, warn]
*/
with orphans as (
    select
        used.account_id,
        min(used._source) as source,
        count(*) as records,
        concat_ws(
            ', ',
            max(case when used.entity = 'contracts' then used.entity end),
            max(case when used.entity = 'invoice_lines' then used.entity end),
            max(case when used.entity = 'opportunities' then used.entity end),
            max(case when used.entity = 'subscription_items' then used.entity end),
            max(case when used.entity = 'subscriptions' then used.entity end)
        ) as entities
    from (
        select 'invoice_lines' as entity, account_id, _source from invoice_lines
        union all
        select 'subscription_items' as entity, account_id, _source from subscription_items
        union all
        select 'subscriptions' as entity, account_id, _source from subscriptions
        union all
        select 'contracts' as entity, account_id, _source from contracts
        -- of deals that were won: others may be with people who are no customers
        union all
        select 'opportunities' as entity, account_id, _source from opportunities where is_won and account_id is not null
    ) as used
    left join accounts on used.account_id = accounts.account_id
    where accounts.account_id is null
    group by used.account_id
),

unknown_subscriptions as (
    select
        invoice_lines.subscription_id,
        min(invoice_lines._source) as source,
        count(*) as records
    from invoice_lines
    left join subscriptions on invoice_lines.subscription_id = subscriptions.subscription_id
    where
        invoice_lines.subscription_id is not null
        and subscriptions.subscription_id is null
        and exists (select 1 from subscriptions)
    group by invoice_lines.subscription_id
),

negative as (
    select
        mrr_levels.account_id,
        mrr_levels.subscription_id,
        mrr_levels.product_id,
        mrr_levels.currency,
        min(mrr_levels.level_mrr) as lowest_mrr,
        min(mrr_levels.from_day) as from_day,
        max(mrr_levels.to_day) as to_day
    from mrr_levels
    where mrr_levels.level_mrr < 0
    group by
        mrr_levels.account_id,
        mrr_levels.subscription_id,
        mrr_levels.product_id,
        mrr_levels.currency
),

stale as (
    select
        int_fx__closes.currency,
        count(*) as closes,
        max(abs(days_between(int_fx__closes.rate_day, int_fx__closes.close_day))) as oldest_days
    from int_fx__closes
    cross join int_settings
    where
        int_fx__closes.currency != int_settings.reporting_currency
        and abs(days_between(int_fx__closes.rate_day, int_fx__closes.close_day)) > int_settings.fx_max_age_days
    group by int_fx__closes.currency
),

-- a dimension that no account has a value of, most likely a slip of the pen
empty_dimensions as (
    select names.dimension
    from int_settings
    cross join unnest(split(int_settings.dimensions, ',')) as names (dimension)
    where
        names.dimension not in ('', 'segment', 'industry', 'country', 'acquisition_channel', 'owner', 'name', 'domain', 'tax_id')
        and not exists (
            select 1
            from accounts
            where json_extract_scalar(accounts._extra, concat('$."', names.dimension, '"')) is not null
        )
),

cut_short as (
    select count(*) as lines
    from int_lines__mrr
    where
        not_counted_because is null
        and canceled_on < least(service_end, coalesce(ended_on, service_end))
),

final as (
    select
        'orphan_account' as check_name,
        source,
        'accounts' as stream,
        account_id as subject,
        'warn' as severity,
        records as rows_concerned,
        concat(cast(records as varchar), ' records (', entities, ') of an account that accounts does not hold; it is kept with its id alone') as detail
    from orphans
    union all
    select
        'unknown_subscription' as check_name,
        source,
        'subscriptions' as stream,
        subscription_id as subject,
        'info' as severity,
        records as rows_concerned,
        concat(cast(records as varchar), ' invoice lines name a subscription that subscriptions does not hold; no end of it is known') as detail
    from unknown_subscriptions
    union all
    select
        'negative_level' as check_name,
        '' as source,
        'invoice_lines' as stream,
        concat_ws(' / ', account_id, subscription_id, product_id, currency) as subject,
        'warn' as severity,
        1 as rows_concerned,
        concat('a negative level, down to ', cast(lowest_mrr as varchar), ', between ', cast(from_day as varchar), ' and ', cast(add_days(to_day, -1) as varchar), '; it lowers the MRR of its account') as detail
    from negative
    union all
    select
        'stale_fx_rate' as check_name,
        '' as source,
        'fx_rates' as stream,
        currency as subject,
        'warn' as severity,
        closes as rows_concerned,
        concat('the rate used at ', cast(closes as varchar), ' month closes is up to ', cast(oldest_days as varchar), ' days away; add rows to fx_rates') as detail
    from stale
    union all
    select
        'unknown_dimension' as check_name,
        '' as source,
        'policy' as stream,
        dimension as subject,
        'warn' as severity,
        cast(null as bigint) as rows_concerned,
        'policy dimensions names it and no account has such an attribute; all its rows are (none)' as detail
    from empty_dimensions
    union all
    select
        'policy_churn_on' as check_name,
        '' as source,
        'policy' as stream,
        'cancel_date' as subject,
        'warn' as severity,
        cut_short.lines as rows_concerned,
        concat('churn_on: cancel_date ends ', cast(cut_short.lines as varchar), ' lines before the service that they pay for') as detail
    from cut_short
    cross join int_settings
    where int_settings.churn_on = 'cancel_date' and cut_short.lines > 0
    union all
    select
        'policy_past_due' as check_name,
        '' as source,
        'policy' as stream,
        'exclude' as subject,
        'warn' as severity,
        cast(null as bigint) as rows_concerned,
        'past_due: exclude lets a later as_of change periods that were complete' as detail
    from int_settings
    where past_due = 'exclude'
)

select * from final
