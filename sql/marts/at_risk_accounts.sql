/*
description: Accounts whose health at as_of is red, or fell since the close of the month before by the fall of the pipeline file.
grain: one row per account
key: [account_id]
columns:
    account_id: The account
    name: Its name
    owner: Who looks after it
    segment: Its segment now
    mrr: MRR at stake, that of as_of in the reporting currency
    score: Its health score at as_of
    tier: Its tier at as_of
    previous_score: Its score at the close of the month before; NULL where it had none
    change: score - previous_score
    renewal_on: End of the next term that is not renewed yet
    days_to_renewal: Days from as_of to that
    reasons_pt: Why it is here, Portuguese
    reasons_en: Why it is here, English
accepted_values:
    tier: [green, yellow, red, unknown]
*/
with judged as (
    select
        accounts.account_id,
        accounts.name,
        accounts.owner,
        accounts.segment,
        accounts.mrr,
        accounts.renewal_on,
        scores.score,
        scores.tier,
        changes.previous_score,
        scores.score - changes.previous_score as change,
        coalesce(changes.previous_score - scores.score >= weights.fall - 1e-9, false) as has_fallen,
        weights.yellow,
        weights.fall,
        scores.usage,
        changes.previous_usage,
        scores.satisfaction,
        changes.previous_satisfaction,
        scores.support,
        changes.previous_support,
        scores.financial,
        changes.previous_financial,
        scores.outcomes,
        changes.previous_outcomes,
        scores.growth,
        changes.previous_growth
    from int_accounts__now as accounts
    cross join int_health__weights as weights
    inner join int_health_scores as scores
        on
            accounts.account_no = scores.account_no
            and accounts.month_no = scores.month_no
    left join int_health__changes as changes
        on
            accounts.account_no = changes.account_no
            and accounts.month_no = changes.month_no
),

-- a component is a reason when it lies below yellow or fell as far as counts as a fall
told as (
    select
        judged.*,
        case when tier = 'red' then concat('nota ', cast(cast(round(score) as integer) as varchar), ', vermelha') end as red_pt,
        case when tier = 'red' then concat('score ', cast(cast(round(score) as integer) as varchar), ', red') end as red_en,
        case
            when has_fallen
                then concat('caiu ', cast(cast(round(previous_score - score) as integer) as varchar), ' pontos em um mês')
        end as fallen_pt,
        case
            when has_fallen
                then concat('fell ', cast(cast(round(previous_score - score) as integer) as varchar), ' points in a month')
        end as fallen_en,
        case
            when usage < yellow or usage <= previous_usage - fall
                then concat(
                    'uso ', cast(cast(round(usage) as integer) as varchar),
                    case when round(usage) != round(previous_usage) then concat(' (antes ', cast(cast(round(previous_usage) as integer) as varchar), ')') else '' end
                )
        end as usage_pt,
        case
            when usage < yellow or usage <= previous_usage - fall
                then concat(
                    'usage ', cast(cast(round(usage) as integer) as varchar),
                    case when round(usage) != round(previous_usage) then concat(' (was ', cast(cast(round(previous_usage) as integer) as varchar), ')') else '' end
                )
        end as usage_en,
        case
            when satisfaction < yellow or satisfaction <= previous_satisfaction - fall
                then concat(
                    'satisfação ', cast(cast(round(satisfaction) as integer) as varchar),
                    case when round(satisfaction) != round(previous_satisfaction) then concat(' (antes ', cast(cast(round(previous_satisfaction) as integer) as varchar), ')') else '' end
                )
        end as satisfaction_pt,
        case
            when satisfaction < yellow or satisfaction <= previous_satisfaction - fall
                then concat(
                    'satisfaction ', cast(cast(round(satisfaction) as integer) as varchar),
                    case when round(satisfaction) != round(previous_satisfaction) then concat(' (was ', cast(cast(round(previous_satisfaction) as integer) as varchar), ')') else '' end
                )
        end as satisfaction_en,
        case
            when support < yellow or support <= previous_support - fall
                then concat(
                    'suporte ', cast(cast(round(support) as integer) as varchar),
                    case when round(support) != round(previous_support) then concat(' (antes ', cast(cast(round(previous_support) as integer) as varchar), ')') else '' end
                )
        end as support_pt,
        case
            when support < yellow or support <= previous_support - fall
                then concat(
                    'support ', cast(cast(round(support) as integer) as varchar),
                    case when round(support) != round(previous_support) then concat(' (was ', cast(cast(round(previous_support) as integer) as varchar), ')') else '' end
                )
        end as support_en,
        case
            when financial < yellow or financial <= previous_financial - fall
                then concat(
                    'financeiro ', cast(cast(round(financial) as integer) as varchar),
                    case when round(financial) != round(previous_financial) then concat(' (antes ', cast(cast(round(previous_financial) as integer) as varchar), ')') else '' end
                )
        end as financial_pt,
        case
            when financial < yellow or financial <= previous_financial - fall
                then concat(
                    'financial ', cast(cast(round(financial) as integer) as varchar),
                    case when round(financial) != round(previous_financial) then concat(' (was ', cast(cast(round(previous_financial) as integer) as varchar), ')') else '' end
                )
        end as financial_en,
        case
            when outcomes < yellow or outcomes <= previous_outcomes - fall
                then concat(
                    'resultados ', cast(cast(round(outcomes) as integer) as varchar),
                    case when round(outcomes) != round(previous_outcomes) then concat(' (antes ', cast(cast(round(previous_outcomes) as integer) as varchar), ')') else '' end
                )
        end as outcomes_pt,
        case
            when outcomes < yellow or outcomes <= previous_outcomes - fall
                then concat(
                    'outcomes ', cast(cast(round(outcomes) as integer) as varchar),
                    case when round(outcomes) != round(previous_outcomes) then concat(' (was ', cast(cast(round(previous_outcomes) as integer) as varchar), ')') else '' end
                )
        end as outcomes_en,
        case
            when growth < yellow or growth <= previous_growth - fall
                then concat(
                    'crescimento ', cast(cast(round(growth) as integer) as varchar),
                    case when round(growth) != round(previous_growth) then concat(' (antes ', cast(cast(round(previous_growth) as integer) as varchar), ')') else '' end
                )
        end as growth_pt,
        case
            when growth < yellow or growth <= previous_growth - fall
                then concat(
                    'growth ', cast(cast(round(growth) as integer) as varchar),
                    case when round(growth) != round(previous_growth) then concat(' (was ', cast(cast(round(previous_growth) as integer) as varchar), ')') else '' end
                )
        end as growth_en
    from judged
    where tier = 'red' or has_fallen
),

final as (
    select
        told.account_id,
        told.name,
        told.owner,
        told.segment,
        told.mrr,
        told.score,
        told.tier,
        told.previous_score,
        told.change,
        told.renewal_on,
        days_between(int_settings.as_of, told.renewal_on) as days_to_renewal,
        concat_ws('; ', told.red_pt, told.fallen_pt, told.usage_pt, told.satisfaction_pt, told.support_pt,
            told.financial_pt, told.outcomes_pt, told.growth_pt) as reasons_pt,
        concat_ws('; ', told.red_en, told.fallen_en, told.usage_en, told.satisfaction_en, told.support_en,
            told.financial_en, told.outcomes_en, told.growth_en) as reasons_en
    from told
    cross join int_settings
)

select * from final
