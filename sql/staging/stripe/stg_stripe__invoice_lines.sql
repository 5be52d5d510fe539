/*
description: >
    Lines of invoices, before discounts and tax, in units of their currency, and what credit notes take off them.

    A discount lasts as long as its coupon says. A line has one duration: where its discounts have several, the line carries the
    longest, and a line of amount 0 for each of the others (its id ends with the duration) carries those, so that each policy counts
    what it should.

    Prorations are brought to the basis of full lines. Stripe writes them net of discounts unless it itemizes those. What a credit was
    reduced by is what the lines that it credits were reduced by; a charge was reduced by the coupons that it or its invoice names
    where its amount fits that better than the full price. The amount is made gross again, and the discount takes its own place, so
    that amount - discount_amount is the cents of the invoice. interval_amount is then the price of a whole interval at the line's
    quantity, before discounts.

    A credit note is a one-off credit of its own day: it pays back, and changes nothing of what the customer subscribes to.
grain: one row per invoice line and duration of discount, and per line of a credit note
key: [line_id]
*/
with invoices as (
    select
        *,
        coalesce(effective_at, finalized_at, created) as issued_at,
        case status
            when 'paid' then paid_at
            when 'void' then voided_at
            when 'uncollectible' then marked_uncollectible_at
            when 'open' then finalized_at
        end as status_changed_at
    from stripe.invoices
),

-- lines of invoices that are still there, or that were not read
lines as (
    select
        invoice_lines.*,
        invoices.status as invoice_status,
        invoices.status_changed_at,
        invoices.issued_at,
        invoices.discounts as invoice_discounts,
        cast(invoice_lines.amount * units_of_minor(invoice_lines.currency) as hugeint) as amount_units
    from stripe.invoice_lines
    left join invoices on invoice_lines.invoice_id = invoices.id
    where
        invoice_lines._deleted is not true
        and invoices._deleted is not true
),

-- tiers of prices, from the lowest, each with where the one below it ends
tiers as (
    select
        prices.id as price_id,
        prices.tiers_mode,
        try_cast(json_extract_scalar(elements.element, '$.up_to') as decimal(18, 4)) as up_to,
        coalesce(
            try_cast(json_extract_scalar(elements.element, '$.unit_amount_decimal') as decimal(28, 12)),
            try_cast(json_extract_scalar(elements.element, '$.unit_amount') as decimal(28, 12)),
            0
        ) as unit_amount,
        coalesce(
            try_cast(json_extract_scalar(elements.element, '$.flat_amount_decimal') as decimal(28, 12)),
            try_cast(json_extract_scalar(elements.element, '$.flat_amount') as decimal(28, 12)),
            0
        ) as flat_amount
    from stripe.prices
    cross join unnest(json_elements(prices.tiers, '$')) as elements (element)
    where prices.billing_scheme = 'tiered'
),

bounded_tiers as (
    select
        tiers.*,
        coalesce(lag(up_to) over (partition by price_id order by up_to asc nulls last), 0) as above
    from tiers
),

tiered_prices as (
    select
        lines.id as line_id,
        sum(
            case
                -- each tier prices the units within it
                when bounded_tiers.tiers_mode = 'graduated'
                    then
                        bounded_tiers.flat_amount
                        + bounded_tiers.unit_amount
                        * (least(lines.quantity, coalesce(bounded_tiers.up_to, lines.quantity)) - bounded_tiers.above)
                -- the tier that the quantity falls into prices all units
                when lines.quantity <= coalesce(bounded_tiers.up_to, lines.quantity)
                    then bounded_tiers.flat_amount + bounded_tiers.unit_amount * lines.quantity
            end
        ) as full_price
    from lines
    inner join bounded_tiers on lines.price_id = bounded_tiers.price_id
    where
        lines.proration
        and lines.quantity > bounded_tiers.above
    group by lines.id
),

-- the full price of one interval at a proration's quantity
priced as (
    select
        lines.*,
        case
            when lines.proration
                then minor_to_units(
                    abs(
                        case
                            when lines.billing_scheme = 'tiered' then tiered_prices.full_price
                            when lines.package_size > 0 and lines.package_round = 'down'
                                then lines.unit_amount_decimal * cast(floor(lines.quantity / cast(lines.package_size as double)) as bigint)
                            when lines.package_size > 0
                                then lines.unit_amount_decimal * cast(ceil(lines.quantity / cast(lines.package_size as double)) as bigint)
                            else lines.unit_amount_decimal * lines.quantity
                        end
                    ),
                    lines.currency
                )
        end as full_units,
        case
            when lines.usage_type = 'metered' then 'usage'
            when lines.interval_unit is not null or lines.price_type = 'recurring' then 'recurring'
            when lines.price_id is null and lines.type = 'subscription' then 'recurring'
            else 'one_time'
        end as kind
    from lines
    left join tiered_prices on lines.id = tiered_prices.line_id
),

-- the coupons that a line and its invoice name
named as (
    select
        lines.id as line_id,
        json_extract_scalar(elements.element, '$.id') as discount_id,
        json_extract_scalar(elements.element, '$.coupon.duration') as duration,
        try_cast(json_extract_scalar(elements.element, '$.coupon.percent_off') as double) as percent_off,
        try_cast(json_extract_scalar(elements.element, '$.coupon.amount_off') as bigint) as amount_off
    from lines
    cross join unnest(json_elements(lines.discounts, '$')) as elements (element)
    where lines.discounts != '[]'
    union all
    select
        lines.id as line_id,
        json_extract_scalar(elements.element, '$.id') as discount_id,
        json_extract_scalar(elements.element, '$.coupon.duration') as duration,
        try_cast(json_extract_scalar(elements.element, '$.coupon.percent_off') as double) as percent_off,
        try_cast(json_extract_scalar(elements.element, '$.coupon.amount_off') as bigint) as amount_off
    from lines
    cross join unnest(json_elements(lines.invoice_discounts, '$')) as elements (element)
    where lines.invoice_discounts != '[]'
),

coupons_of_lines as (
    select
        line_id,
        discount_id,
        max(duration) as duration,
        max(percent_off) as percent_off,
        max(amount_off) as amount_off
    from named
    where discount_id is not null
    group by line_id, discount_id
),

amounts as (
    select
        lines.id as line_id,
        lines.currency,
        lines.amount_units,
        coalesce(
            json_extract_scalar(elements.element, '$.discount.id'),
            json_extract_scalar(elements.element, '$.discount')
        ) as discount_id,
        abs(try_cast(json_extract_scalar(elements.element, '$.amount') as bigint)) as amount
    from lines
    cross join unnest(json_elements(lines.discount_amounts, '$')) as elements (element)
    where lines.discount_amounts != '[]'
),

-- what Stripe itemizes, with the sign of the line
itemized as (
    select
        amounts.line_id,
        coalesce(coupons_of_lines.duration, '') as duration,
        sum(sign(amounts.amount_units) * minor_to_units(amounts.amount, amounts.currency)) as discount_units
    from amounts
    left join coupons_of_lines
        on
            amounts.line_id = coupons_of_lines.line_id
            and amounts.discount_id = coupons_of_lines.discount_id
    where amounts.amount > 0
    group by amounts.line_id, coalesce(coupons_of_lines.duration, '')
),

itemized_lines as (
    select
        line_id,
        sum(discount_units) as discount_units
    from itemized
    group by line_id
),

-- prorations whose amount may be net: nothing is itemized
bare as (
    select priced.*
    from priced
    left join itemized_lines on priced.id = itemized_lines.line_id
    where
        priced.proration
        and priced.kind = 'recurring'
        and priced.amount != 0
        and itemized_lines.line_id is null
),

-- a credit gives back the share of discount that the lines had which it credits
credited as (
    select
        bare.id as line_id,
        lines.id as credited_id,
        lines.amount_units,
        coalesce(itemized_lines.discount_units, 0) as discount_units
    from bare
    cross join unnest(json_elements(bare.credited_items, '$')) as elements (element)
    inner join lines on json_extract_scalar(elements.element, '$') = lines.id
    left join itemized_lines on lines.id = itemized_lines.line_id
    where bare.amount < 0
),

credited_totals as (
    select
        line_id,
        sum(amount_units) as amount_units,
        sum(discount_units) as discount_units
    from credited
    group by line_id
),

-- what each coupon would have left of a whole interval
shares as (
    select
        bare.id as line_id,
        coupons_of_lines.duration,
        case
            when coupons_of_lines.percent_off > 0 then 1 - coupons_of_lines.percent_off / 100
            when bare.full_units > 0 and coupons_of_lines.amount_off > 0
                then 1 - cast(minor_to_units(coupons_of_lines.amount_off, bare.currency) as double) / cast(bare.full_units as double)
        end as share_left
    from bare
    inner join coupons_of_lines on bare.id = coupons_of_lines.line_id
    left join credited_totals on bare.id = credited_totals.line_id
    where credited_totals.line_id is null
),

-- and all of them: each takes its share of what the others left
rates as (
    select
        line_id,
        exp(sum(ln(share_left))) as share_left,
        case
            when count(*) filter (where duration = 'once') > 0 then 'once'
            when count(*) filter (where duration = 'repeating') > 0 then 'repeating'
            else max(duration)
        end as duration
    from shares
    where
        share_left > 0
        and share_left < 1
    group by line_id
),

-- the amount that a charge would have without discount, by the days of the interval that ends with it
expected as (
    select
        bare.id as line_id,
        rates.share_left,
        rates.duration,
        bare.amount_units,
        cast(bare.full_units as double)
        * date_diff('second', bare.period_start, bare.period_end) / 86400
        / case bare.interval_unit
            when 'day' then coalesce(bare.interval_count, 1)
            when 'week' then 7 * coalesce(bare.interval_count, 1)
            else
                days_between(
                    add_months(
                        cast(bare.period_end as date),
                        -coalesce(bare.interval_count, 1) * case bare.interval_unit when 'year' then 12 else 1 end
                    ),
                    cast(bare.period_end as date)
                )
        end as gross_units
    from bare
    inner join rates on bare.id = rates.line_id
    where
        bare.full_units > 0
        and bare.interval_unit in ('day', 'week', 'month', 'year')
),

-- the discount hidden in a net amount
hidden as (
    select
        bare.id as line_id,
        itemized.duration,
        round_quotient(
            bare.amount_units * itemized.discount_units,
            credited_totals.amount_units - credited_totals.discount_units
        ) as discount_units
    from bare
    inner join credited_totals on bare.id = credited_totals.line_id
    inner join credited on bare.id = credited.line_id
    inner join itemized on credited.credited_id = itemized.line_id
    where
        credited_totals.amount_units > credited_totals.discount_units
        and credited_totals.discount_units > 0
    union all
    select
        line_id,
        coalesce(duration, '') as duration,
        cast(round(amount_units / share_left - amount_units, 0) as hugeint) as discount_units
    from expected
    where abs(abs(amount_units) - gross_units * share_left) < abs(abs(amount_units) - gross_units)
),

hidden_by_duration as (
    select
        line_id,
        duration,
        sum(discount_units) as discount_units
    from hidden
    group by line_id, duration
),

hidden_lines as (
    select
        line_id,
        sum(discount_units) as discount_units
    from hidden
    group by line_id
),

discounts as (
    select * from itemized
    union all
    select * from hidden_by_duration
),

-- the longest first
ranked as (
    select
        line_id,
        duration,
        discount_units,
        row_number() over (
            partition by line_id
            order by case duration when 'forever' then 1 when 'repeating' then 2 when 'once' then 3 else 4 end
        ) as position
    from discounts
),

-- tax within the amount, of what the discounts left
included_tax as (
    select
        lines.id as line_id,
        sum(minor_to_units(try_cast(json_extract_scalar(elements.element, '$.amount') as bigint), lines.currency)) as tax_units
    from lines
    cross join unnest(json_elements(lines.tax_amounts, '$')) as elements (element)
    where
        lines.tax_amounts != '[]'
        and json_extract_scalar(elements.element, '$.inclusive') = 'true'
    group by lines.id
),

-- amount, discount and price as they are with that tax, and the share of them that stays without it
grossed as (
    select
        priced.*,
        priced.amount_units + coalesce(hidden_lines.discount_units, 0) as gross_units,
        coalesce(included_tax.tax_units, 0) as tax_units,
        priced.amount_units - coalesce(itemized_lines.discount_units, 0) as taxed_units
    from priced
    left join itemized_lines on priced.id = itemized_lines.line_id
    left join hidden_lines on priced.id = hidden_lines.line_id
    left join included_tax on priced.id = included_tax.line_id
),

net_of_tax as (
    select
        grossed.*,
        ranked.duration,
        coalesce(ranked.position, 1) as position,
        case
            when tax_units = 0 or taxed_units = 0 then gross_units
            else sign(gross_units) * round_quotient(abs(gross_units) * abs(taxed_units - tax_units), abs(taxed_units))
        end as net_gross_units,
        case
            when tax_units = 0 or taxed_units = 0 then ranked.discount_units
            else
                sign(ranked.discount_units)
                * round_quotient(abs(ranked.discount_units) * abs(taxed_units - tax_units), abs(taxed_units))
        end as net_discount_units,
        case
            when tax_units = 0 or taxed_units = 0 then full_units
            else round_quotient(full_units * abs(taxed_units - tax_units), abs(taxed_units))
        end as net_full_units
    from grossed
    left join ranked on grossed.id = ranked.line_id
),

billed as (
    select
        case when position = 1 then id else concat(id, ':', coalesce(nullif(duration, ''), 'discount')) end as line_id,
        invoice_id,
        customer as account_id,
        subscription as subscription_id,
        coalesce(product_id, '(none)') as product_id,
        coalesce(plan, nickname, price_id) as plan_id,
        kind,
        upper(currency) as currency,
        from_units(case when position = 1 then net_gross_units else 0 end) as amount,
        from_units(net_discount_units) as discount_amount,
        nullif(duration, '') as discount_duration,
        case when position = 1 then quantity end as quantity,
        case
            when position = 1 and proration and kind = 'recurring' and net_full_units > 0 then from_units(net_full_units)
        end as interval_amount,
        period_start as service_start,
        -- a service has a day at least
        greatest(period_end, period_start + interval '1' day) as service_end,
        case when kind != 'one_time' then interval_unit end as interval_unit,
        case when kind != 'one_time' then interval_count end as interval_count,
        proration as is_proration,
        invoice_status,
        status_changed_at,
        issued_at,
        _file,
        _line
    from net_of_tax
),

credit_notes as (
    select
        *,
        coalesce(effective_at, created) as issued_at
    from stripe.credit_notes
    where _deleted is not true
),

credits as (
    select
        credit_note_lines.id as line_id,
        credit_notes.invoice as invoice_id,
        credit_notes.customer as account_id,
        lines.subscription as subscription_id,
        coalesce(lines.product_id, '(none)') as product_id,
        coalesce(lines.plan, lines.nickname, lines.price_id) as plan_id,
        'one_time' as kind,
        upper(credit_notes.currency) as currency,
        -from_minor_units(credit_note_lines.amount, credit_notes.currency) as amount,
        case
            when credit_note_lines.discount_amount != 0
                then -from_minor_units(credit_note_lines.discount_amount, credit_notes.currency)
        end as discount_amount,
        cast(null as varchar) as discount_duration,
        credit_note_lines.quantity,
        cast(null as decimal(18, 4)) as interval_amount,
        credit_notes.issued_at as service_start,
        credit_notes.issued_at + interval '1' day as service_end,
        cast(null as varchar) as interval_unit,
        cast(null as bigint) as interval_count,
        false as is_proration,
        case credit_notes.status when 'void' then 'void' else 'paid' end as invoice_status,
        case credit_notes.status when 'void' then credit_notes.voided_at else credit_notes.issued_at end as status_changed_at,
        credit_notes.issued_at,
        credit_note_lines._file,
        credit_note_lines._line
    from stripe.credit_note_lines
    inner join credit_notes on credit_note_lines.credit_note_id = credit_notes.id
    left join lines on credit_note_lines.invoice_line_item = lines.id
    where credit_note_lines._deleted is not true
),

final as (
    select * from billed
    union all
    select * from credits
)

select * from final
