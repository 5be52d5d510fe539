/*
description: Every currency of lines, items, spend and contracts has a row in fx_rates, so that no amount is left out of a sum.
severity: error
*/
with used as (
    select
        'invoice_lines' as entity,
        lines.currency,
        lines.service_start as day
    from int_lines__mrr as lines
    cross join int_settings
    where
        lines.not_counted_because is null
        and lines.amount != lines.discount_amount
        and lines.service_start <= int_settings.as_of
    union all
    select
        'subscription_items' as entity,
        items.currency,
        items.starts_on as day
    from subscription_items as items
    cross join int_settings
    where items.mrr != 0 and items.starts_on <= int_settings.as_of
    union all
    select
        'spend' as entity,
        spend.currency,
        spend.spent_on as day
    from spend
    cross join int_settings
    where spend.amount != 0 and spend.spent_on <= int_settings.as_of
    union all
    select
        'contracts' as entity,
        currency,
        term_start as day
    from int_contracts
    where value != 0 and not is_line
),

final as (
    select
        used.currency,
        used.entity,
        min(used.day) as needed_from,
        count(*) as records,
        'add rows of this currency to fx_rates (day, currency, rate)' as what_to_do
    from used
    left join (select distinct currency from int_fx__spans) as rated on used.currency = rated.currency
    where rated.currency is null
    group by used.currency, used.entity
)

select * from final
