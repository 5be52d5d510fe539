/*
description: >
    How each account's score moved since the close before, and which component moved it most: points are what a component brings
    to the score, so the changes of all components sum to the change of the score.
grain: one row per account and close with a score then and at the close before
key: [account_no, close_day]
checks:
    - name: changes_add_up
      expression: >
          abs(score - previous_score - (usage_change + satisfaction_change + support_change + financial_change + outcomes_change + growth_change)) < 1e-6
*/
with pairs as (
    select
        scores.account_no,
        scores.close_day,
        scores.month_no,
        scores.month_start,
        scores.mrr,
        scores.score,
        scores.tier,
        previous.score as previous_score,
        previous.tier as previous_tier,
        scores.usage,
        previous.usage as previous_usage,
        coalesce(scores.usage_points, 0) - coalesce(previous.usage_points, 0) as usage_change,
        scores.satisfaction,
        previous.satisfaction as previous_satisfaction,
        coalesce(scores.satisfaction_points, 0) - coalesce(previous.satisfaction_points, 0) as satisfaction_change,
        scores.support,
        previous.support as previous_support,
        coalesce(scores.support_points, 0) - coalesce(previous.support_points, 0) as support_change,
        scores.financial,
        previous.financial as previous_financial,
        coalesce(scores.financial_points, 0) - coalesce(previous.financial_points, 0) as financial_change,
        scores.outcomes,
        previous.outcomes as previous_outcomes,
        coalesce(scores.outcomes_points, 0) - coalesce(previous.outcomes_points, 0) as outcomes_change,
        scores.growth,
        previous.growth as previous_growth,
        coalesce(scores.growth_points, 0) - coalesce(previous.growth_points, 0) as growth_change
    from int_health_scores as scores
    inner join int_health_scores as previous
        on
            scores.account_no = previous.account_no
            and scores.month_no = previous.month_no + 1
    where scores.score is not null and previous.score is not null
),

most as (
    select
        pairs.*,
        greatest(
            abs(usage_change),
            abs(satisfaction_change),
            abs(support_change),
            abs(financial_change),
            abs(outcomes_change),
            abs(growth_change)
        ) as largest_change
    from pairs
),

-- of equal changes the first in this order is told
final as (
    select
        most.*,
        case
            when largest_change < 1e-9 then null
            when abs(usage_change) = largest_change then 'usage'
            when abs(satisfaction_change) = largest_change then 'satisfaction'
            when abs(support_change) = largest_change then 'support'
            when abs(financial_change) = largest_change then 'financial'
            when abs(outcomes_change) = largest_change then 'outcomes'
            when abs(growth_change) = largest_change then 'growth'
        end as component
    from most
)

select * from final
