/*
description: >
    The health score of each active account at each close: the weighted mean of the components that are told, which share of the
    weights they are, the tier, and what each component brings to the score.
grain: one row per account and close
key: [account_no, close_day]
same_rows_as: int_health__closes
accepted_values:
    tier: [green, yellow, red, unknown]
checks:
    - {name: score_is_from_0_to_100, expression: score between 0 and 100}
*/
with joined as (
    select
        closes.account_no,
        closes.close_day,
        closes.month_no,
        closes.month_start,
        closes.is_complete,
        closes.mrr,
        usage.score as usage,
        satisfaction.score as satisfaction,
        support.score as support,
        financial.score as financial,
        outcomes.score as outcomes,
        growth.score as growth
    from int_health__closes as closes
    left join int_health__usage as usage
        on
            closes.account_no = usage.account_no
            and closes.close_day = usage.close_day
    left join int_health__satisfaction as satisfaction
        on
            closes.account_no = satisfaction.account_no
            and closes.close_day = satisfaction.close_day
    left join int_health__support as support
        on
            closes.account_no = support.account_no
            and closes.close_day = support.close_day
    left join int_health__financial as financial
        on
            closes.account_no = financial.account_no
            and closes.close_day = financial.close_day
    left join int_health__outcomes as outcomes
        on
            closes.account_no = outcomes.account_no
            and closes.close_day = outcomes.close_day
    left join int_health__growth as growth
        on
            closes.account_no = growth.account_no
            and closes.close_day = growth.close_day
),

weighed as (
    select
        joined.*,
        case when joined.usage is null then 0 else weights.usage end as usage_weight,
        case when joined.satisfaction is null then 0 else weights.satisfaction end as satisfaction_weight,
        case when joined.support is null then 0 else weights.support end as support_weight,
        case when joined.financial is null then 0 else weights.financial end as financial_weight,
        case when joined.outcomes is null then 0 else weights.outcomes end as outcomes_weight,
        case when joined.growth is null then 0 else weights.growth end as growth_weight,
        weights.usage
        + weights.satisfaction
        + weights.support
        + weights.financial
        + weights.outcomes
        + weights.growth as all_weights,
        weights.green,
        weights.yellow,
        weights.least_coverage
    from joined
    cross join int_health__weights as weights
),

present as (
    select
        weighed.*,
        nullif(usage_weight + satisfaction_weight + support_weight
            + financial_weight + outcomes_weight + growth_weight, 0) as weights
    from weighed
),

pointed as (
    select
        present.*,
        usage * usage_weight / weights as usage_points,
        satisfaction * satisfaction_weight / weights as satisfaction_points,
        support * support_weight / weights as support_points,
        financial * financial_weight / weights as financial_points,
        outcomes * outcomes_weight / weights as outcomes_points,
        growth * growth_weight / weights as growth_points
    from present
),

scored as (
    select
        pointed.*,
        case
            when weights is not null
                then least(
                    greatest(
                        coalesce(usage_points, 0)
                        + coalesce(satisfaction_points, 0)
                        + coalesce(support_points, 0)
                        + coalesce(financial_points, 0)
                        + coalesce(outcomes_points, 0)
                        + coalesce(growth_points, 0),
                        0
                    ),
                    100
                )
        end as score,
        coalesce(weights, 0) / all_weights as coverage
    from pointed
),

-- what a few roundings take from a whole number does not lower a tier
final as (
    select
        account_no,
        close_day,
        month_no,
        month_start,
        is_complete,
        mrr,
        score,
        coverage,
        case
            when score is null or coverage < least_coverage - 1e-9 then 'unknown'
            when score >= green - 1e-9 then 'green'
            when score >= yellow - 1e-9 then 'yellow'
            else 'red'
        end as tier,
        usage,
        satisfaction,
        support,
        financial,
        outcomes,
        growth,
        case when weights is not null then usage_weight / weights end as usage_share,
        case when weights is not null then satisfaction_weight / weights end as satisfaction_share,
        case when weights is not null then support_weight / weights end as support_share,
        case when weights is not null then financial_weight / weights end as financial_share,
        case when weights is not null then outcomes_weight / weights end as outcomes_share,
        case when weights is not null then growth_weight / weights end as growth_share,
        case when usage_weight > 0 then usage_points end as usage_points,
        case when satisfaction_weight > 0 then satisfaction_points end as satisfaction_points,
        case when support_weight > 0 then support_points end as support_points,
        case when financial_weight > 0 then financial_points end as financial_points,
        case when outcomes_weight > 0 then outcomes_points end as outcomes_points,
        case when growth_weight > 0 then growth_points end as growth_points
    from scored
)

select * from final
