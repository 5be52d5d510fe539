/*
description: The health of every account active at a month close, as it was known at that close, with its components.
grain: one row per month and account active at its close
key: [month, account_id]
columns:
    month: First day of the month
    close_day: The day as of which it is, the month's last or as_of
    is_complete: Whether the month's last day is at or before as_of
    account_id: The account
    mrr: Its MRR at the close, in the reporting currency
    score: Weighted mean of the components that are told, 0 to 100; NULL where none is
    tier: green, yellow or red; unknown where the components told have too small a share of the weights
    coverage: Share of the weights whose components are told
    usage: Component usage, 0 to 100; NULL where it is not told
    satisfaction: Component satisfaction, 0 to 100; NULL where it is not told
    support: Component support, 0 to 100; NULL where it is not told
    financial: Component financial, 0 to 100; NULL where it is not told
    outcomes: Component outcomes, 0 to 100; NULL where it is not told
    growth: Component growth, 0 to 100; NULL where it is not told
accepted_values:
    tier: [green, yellow, red, unknown]
checks:
    - {name: score_is_from_0_to_100, expression: score between 0 and 100}
    - {name: one_component_makes_a_score, expression: "score is not null or coverage = 0"}
same_rows_as: int_health__closes
*/
select
    scores.month_start as month,
    scores.close_day,
    scores.is_complete,
    int_accounts__firsts.account_id,
    scores.mrr,
    scores.score,
    scores.tier,
    scores.coverage,
    scores.usage,
    scores.satisfaction,
    scores.support,
    scores.financial,
    scores.outcomes,
    scores.growth
from int_health_scores as scores
inner join int_accounts__firsts on scores.account_no = int_accounts__firsts.account_no
