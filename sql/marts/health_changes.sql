/*
description: How each account's health moved since the month before, and which component moved it most.
grain: one row per month and account with a score at its close and at the one before
key: [month, account_id]
columns:
    month: First day of the month
    account_id: The account
    score: Score at the close
    previous_score: Score at the close of the month before
    change: score - previous_score
    tier: Tier at the close
    previous_tier: Tier at the close of the month before
    component: The component that changed the score most; empty when nothing moved
    component_score: That component at the close; NULL when it is not told
    previous_component_score: That component at the close of the month before; NULL when it was not told
    points_change: What it changed of the score, by its weight; a component new or gone changes the weights of the others too
    reason_pt: The change in words, Portuguese
    reason_en: The change in words, English
accepted_values:
    component: [usage, satisfaction, support, financial, outcomes, growth]
checks:
    - {name: change_is_the_difference, expression: abs(change - (score - previous_score)) < 1e-9}
*/
with told as (
    select
        changes.month_start as month,
        int_accounts__firsts.account_id,
        changes.score,
        changes.previous_score,
        changes.score - changes.previous_score as change,
        changes.tier,
        changes.previous_tier,
        changes.component,
        case changes.component
            when 'usage' then changes.usage
            when 'satisfaction' then changes.satisfaction
            when 'support' then changes.support
            when 'financial' then changes.financial
            when 'outcomes' then changes.outcomes
            when 'growth' then changes.growth
        end as component_score,
        case changes.component
            when 'usage' then changes.previous_usage
            when 'satisfaction' then changes.previous_satisfaction
            when 'support' then changes.previous_support
            when 'financial' then changes.previous_financial
            when 'outcomes' then changes.previous_outcomes
            when 'growth' then changes.previous_growth
        end as previous_component_score,
        case changes.component
            when 'usage' then changes.usage_change
            when 'satisfaction' then changes.satisfaction_change
            when 'support' then changes.support_change
            when 'financial' then changes.financial_change
            when 'outcomes' then changes.outcomes_change
            when 'growth' then changes.growth_change
        end as points_change
    from int_health__changes as changes
    inner join int_accounts__firsts on changes.account_no = int_accounts__firsts.account_no
),

final as (
    select
        told.*,
        case
            when component is not null
                then concat(
                    case component
                        when 'usage' then 'uso'
                        when 'satisfaction' then 'satisfação'
                        when 'support' then 'suporte'
                        when 'financial' then 'financeiro'
                        when 'outcomes' then 'resultados'
                        when 'growth' then 'crescimento'
                    end,
                    ' de ', coalesce(cast(cast(round(previous_component_score) as integer) as varchar), 'nada'),
                    ' para ', coalesce(cast(cast(round(component_score) as integer) as varchar), 'nada')
                )
        end as reason_pt,
        case
            when component is not null
                then concat(
                    component,
                    ' from ', coalesce(cast(cast(round(previous_component_score) as integer) as varchar), 'nothing'),
                    ' to ', coalesce(cast(cast(round(component_score) as integer) as varchar), 'nothing')
                )
        end as reason_en
    from told
)

select * from final
