/*
description: >
    How often an account that churned had a lower score than one that stayed, equal scores counting half: the area under the ROC
    curve, of each month and of all of them, with the standard error of Hanley and McNeil.
grain: one row per grain and month
key: [grain, period_start]
*/
with cases as (
    select
        'month' as grain,
        month_start as period_start,
        score,
        is_churned
    from int_health__backtest_cases
    where score is not null
    union all
    select
        'all' as grain,
        min(month_start) over () as period_start,
        score,
        is_churned
    from int_health__backtest_cases
    where score is not null
),

by_score as (
    select
        grain,
        period_start,
        score,
        count(*) filter (where is_churned) as churned,
        count(*) filter (where not is_churned) as stayed
    from cases
    group by grain, period_start, score
),

running as (
    select
        by_score.*,
        sum(stayed) over (
            partition by grain, period_start
            order by score desc
            rows between unbounded preceding and current row
        ) - stayed as stayed_above
    from by_score
),

-- twice the pairs in the right order, so that halves are whole
summed as (
    select
        grain,
        period_start,
        cast(sum(churned) as double) as churned,
        cast(sum(stayed) as double) as stayed,
        cast(sum(churned * (2 * stayed_above + stayed)) as double) as twice_right
    from running
    group by grain, period_start
),

areas as (
    select
        summed.*,
        twice_right / nullif(2 * churned * stayed, 0) as auc
    from summed
),

final as (
    select
        grain,
        period_start,
        auc,
        sqrt(
            greatest(
                (
                    auc * (1 - auc)
                    + (churned - 1) * (auc / (2 - auc) - auc * auc)
                    + (stayed - 1) * (2 * auc * auc / (1 + auc) - auc * auc)
                ) / nullif(churned * stayed, 0),
                0
            )
        ) as auc_std_error
    from areas
)

select * from final
