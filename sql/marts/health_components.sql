/*
description: What each component brings to an account's health score; the points of an account's components sum to its score.
grain: one row per month, account and component that is told
key: [month, account_id, component]
columns:
    month: First day of the month
    account_id: The account
    component: usage, satisfaction, support, financial, outcomes or growth
    component_score: The component, 0 to 100
    weight_share: Its weight as a share of the weights of the components that are told
    points: component_score * weight_share
accepted_values:
    component: [usage, satisfaction, support, financial, outcomes, growth]
checks:
    - {name: component_is_from_0_to_100, expression: component_score between 0 and 100}
*/
with told as (
    select
        account_no,
        month_start,
        'usage' as component,
        usage as component_score,
        usage_share as weight_share,
        usage_points as points
    from int_health_scores
    where usage is not null
    union all
    select
        account_no,
        month_start,
        'satisfaction' as component,
        satisfaction as component_score,
        satisfaction_share as weight_share,
        satisfaction_points as points
    from int_health_scores
    where satisfaction is not null
    union all
    select
        account_no,
        month_start,
        'support' as component,
        support as component_score,
        support_share as weight_share,
        support_points as points
    from int_health_scores
    where support is not null
    union all
    select
        account_no,
        month_start,
        'financial' as component,
        financial as component_score,
        financial_share as weight_share,
        financial_points as points
    from int_health_scores
    where financial is not null
    union all
    select
        account_no,
        month_start,
        'outcomes' as component,
        outcomes as component_score,
        outcomes_share as weight_share,
        outcomes_points as points
    from int_health_scores
    where outcomes is not null
    union all
    select
        account_no,
        month_start,
        'growth' as component,
        growth as component_score,
        growth_share as weight_share,
        growth_points as points
    from int_health_scores
    where growth is not null
),

final as (
    select
        told.month_start as month,
        int_accounts__firsts.account_id,
        told.component,
        told.component_score,
        told.weight_share,
        told.points
    from told
    inner join int_accounts__firsts on told.account_no = int_accounts__firsts.account_no
)

select * from final
