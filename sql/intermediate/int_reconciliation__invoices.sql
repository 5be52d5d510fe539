/*
description: The invoice bridge per currency, from the net of all lines to the MRR times the months of the counted ones.
grain: one row per currency and line of the bridge
key: [currency, position]
*/
with judged as (
    select
        currency,
        sum(amount - discount_amount) as all_lines,
        -sum(amount - discount_amount) filter (where not_counted_because = 'void') as void_lines,
        -sum(amount - discount_amount) filter (where not_counted_because = 'draft') as draft_lines,
        -sum(amount - discount_amount) filter (where not_counted_because = 'undated write-off') as undated_lines,
        -sum(amount - discount_amount) filter (where not_counted_because = 'past due') as past_due_lines,
        -sum(amount - discount_amount) filter (where not_counted_because = 'other kind') as other_lines
    from int_lines__mrr
    group by currency
),

-- what rounding to MRR made of each counted amount, in units of 10^-8
worked as (
    select
        currency,
        discount_amount - counted_discount as uncounted_discount,
        counted_amount,
        is_by_interval_amount,
        from_small_units(round_quotient(to_units(mrr) * 10000 * months_numerator, months_denominator)) as mrr_months
    from int_lines__mrr
    where not_counted_because is null
),

counted as (
    select
        currency,
        sum(uncounted_discount) as uncounted_discounts,
        sum(mrr_months - counted_amount) filter (where is_by_interval_amount) as interval_basis,
        sum(mrr_months - counted_amount) filter (where not is_by_interval_amount) as rounding
    from worked
    group by currency
),

-- on its own way: from the published lines alone
published as (
    select
        currency,
        sum(from_small_units(round_quotient(to_units(mrr) * 10000 * months_numerator, months_denominator))) as mrr_months
    from mrr_lines
    where record_kind = 'invoice_line' and not_counted_because is null
    group by currency
),

bridge as (
    select
        judged.*,
        counted.uncounted_discounts,
        counted.interval_basis,
        counted.rounding,
        published.mrr_months
    from judged
    left join counted on judged.currency = counted.currency
    left join published on judged.currency = published.currency
),

steps as (
    select currency, 1 as position, 'net of all lines' as step, all_lines as amount from bridge
    union all
    select currency, 2 as position, 'less void' as step, void_lines as amount from bridge
    union all
    select currency, 3 as position, 'less drafts' as step, draft_lines as amount from bridge
    union all
    select currency, 4 as position, 'less uncollectible without a date' as step, undated_lines as amount from bridge
    union all
    select currency, 5 as position, 'less past due' as step, past_due_lines as amount from bridge
    union all
    select currency, 6 as position, 'less other kinds' as step, other_lines as amount from bridge
    union all
    select currency, 7 as position, 'plus discounts not counted' as step, uncounted_discounts as amount from bridge
    union all
    select currency, 8 as position, 'prorations at the full price of an interval' as step, interval_basis as amount from bridge
    union all
    select currency, 9 as position, 'rounding' as step, rounding as amount from bridge
    union all
    select currency, 10 as position, 'mrr x months of counted lines' as step, mrr_months as amount from bridge
),

final as (
    select
        currency,
        position,
        step,
        cast(coalesce(amount, 0) as decimal(28, 8)) as amount
    from steps
    union all
    select
        currency,
        11 as position,
        'residue' as step,
        cast(
            sum(case when position < 10 then coalesce(amount, 0) else -coalesce(amount, 0) end) as decimal(28, 8)
        ) as amount
    from steps
    group by currency
)

select * from final
