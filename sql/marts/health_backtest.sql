/*
description: >
    Whether the health score told who would churn in the three months after a close, from what was known at that close. Each
    account counts once for every month it had a score, so the accounts of all months are not independent and auc_std_error is small.
grain: one row per grain, month, breakdown and its value
key: [grain, period_start, breakdown, breakdown_value]
columns:
    grain: month, or all for all months together
    period_start: First day of the month of the close; of all, of the first one
    breakdown: all, tier, or decile of the score
    breakdown_value: all, the tier, or 01 (the lowest tenth of the scores) to 10
    accounts: Accounts with a row of health_scores at the close; of all, those of all closes
    churned_accounts: Those of them inactive at one of the next three month closes
    churn_rate: churned_accounts / accounts
    lift: churn_rate / churn_rate of the breakdown all
    auc: How often one that churned had the lower score than one that stayed; 0.5 is chance. On the breakdown all
    auc_std_error: Its standard error
    verdict_pt: What that means, in words, Portuguese. On the breakdown all
    verdict_en: What that means, in words, English. On the breakdown all
accepted_values:
    grain: [month, all]
    breakdown: [all, tier, decile]
checks:
    - {name: churned_are_of_the_accounts, expression: churned_accounts <= accounts}
    - {name: auc_is_a_share, expression: auc between 0 and 1}
*/
with cases as (
    select
        'month' as grain,
        month_start as period_start,
        tier,
        month_decile as decile,
        is_churned
    from int_health__backtest_cases
    union all
    select
        'all' as grain,
        min(month_start) over () as period_start,
        tier,
        decile,
        is_churned
    from int_health__backtest_cases
),

counted as (
    select
        grain,
        period_start,
        tier,
        decile,
        count(*) as accounts,
        count(*) filter (where is_churned) as churned_accounts
    from cases
    group by grain, period_start, tier, decile
),

broken_down as (
    select grain, period_start, 'all' as breakdown, 'all' as breakdown_value, accounts, churned_accounts from counted
    union all
    select grain, period_start, 'tier' as breakdown, tier as breakdown_value, accounts, churned_accounts from counted
    union all
    select
        grain,
        period_start,
        'decile' as breakdown,
        lpad(cast(decile as varchar), 2, '0') as breakdown_value,
        accounts,
        churned_accounts
    from counted
    where decile is not null
),

summed as (
    select
        grain,
        period_start,
        breakdown,
        breakdown_value,
        sum(accounts) as accounts,
        sum(churned_accounts) as churned_accounts
    from broken_down
    group by grain, period_start, breakdown, breakdown_value
),

rates as (
    select
        summed.*,
        cast(churned_accounts as double) / cast(accounts as double) as churn_rate
    from summed
),

final as (
    select
        rates.grain,
        rates.period_start,
        rates.breakdown,
        rates.breakdown_value,
        cast(rates.accounts as bigint) as accounts,
        cast(rates.churned_accounts as bigint) as churned_accounts,
        rates.churn_rate,
        rates.churn_rate / nullif(overall.churn_rate, 0) as lift,
        case when rates.breakdown = 'all' then areas.auc end as auc,
        case when rates.breakdown = 'all' then areas.auc_std_error end as auc_std_error,
        case
            when rates.breakdown != 'all' then null
            when areas.auc is null then 'não há o que comparar'
            when areas.auc + 1.959963984540054 * areas.auc_std_error < 0.5 then 'a nota engana: quem tem nota maior sai mais'
            when areas.auc - 1.959963984540054 * areas.auc_std_error <= 0.5 then 'a nota não prevê nada'
            when areas.auc < 0.6 then 'a nota prevê pouco'
            when areas.auc < 0.75 then 'a nota prevê em parte'
            else 'a nota prevê bem'
        end as verdict_pt,
        case
            when rates.breakdown != 'all' then null
            when areas.auc is null then 'there is nothing to compare'
            when areas.auc + 1.959963984540054 * areas.auc_std_error < 0.5 then 'the score misleads: who has a higher one leaves more'
            when areas.auc - 1.959963984540054 * areas.auc_std_error <= 0.5 then 'the score predicts nothing'
            when areas.auc < 0.6 then 'the score predicts little'
            when areas.auc < 0.75 then 'the score predicts something'
            else 'the score predicts well'
        end as verdict_en
    from rates
    inner join rates as overall
        on
            rates.grain = overall.grain
            and rates.period_start = overall.period_start
            and overall.breakdown = 'all'
    left join int_health__backtest_auc as areas
        on
            rates.grain = areas.grain
            and rates.period_start = areas.period_start
)

select * from final
