/*
description: How many customers come by recommendation, beside the accounts whose people would recommend.
grain: one row per grain and period with acquired accounts or promoters
key: [grain, period_start]
columns:
    grain: month, quarter or year
    period_start: First day of the period
    period_end: Last day of the period by the calendar, inclusive
    is_complete: Whether the last day is at or before as_of
    acquired_accounts: Accounts whose cohort month lies in the period
    acquired_mrr: Their MRR at the close of their cohort month
    referred_accounts: Those of them whose acquisition channel is referral
    referred_mrr: Their MRR
    referred_share: referred_accounts / acquired_accounts
    referred_mrr_share: referred_mrr / acquired_mrr
    promoter_accounts: Accounts with a promoter among the NPS answers that count in the period
    referred_per_promoter: referred_accounts / promoter_accounts
accepted_values:
    grain: [month, quarter, year]
checks:
    - {name: referred_are_acquired, expression: referred_accounts <= acquired_accounts and referred_mrr <= acquired_mrr}
*/
with grains as (
    select * from int_grains
),

acquired as (
    select
        grains.grain,
        cast(date_trunc(grains.grain, int_cac__months.month) as date) as period_start,
        sum(int_cac__months.acquired_accounts) filter (where int_cac__months.dimension = 'all') as acquired_accounts,
        sum(int_cac__months.acquired_mrr) filter (where int_cac__months.dimension = 'all') as acquired_mrr,
        sum(int_cac__months.acquired_accounts) filter (where lower(int_cac__months.dimension_value) = 'referral') as referred_accounts,
        sum(int_cac__months.acquired_mrr) filter (where lower(int_cac__months.dimension_value) = 'referral') as referred_mrr
    from int_cac__months
    cross join grains
    where int_cac__months.acquired_accounts > 0
    group by
        grains.grain,
        cast(date_trunc(grains.grain, int_cac__months.month) as date)
),

promoters as (
    select
        counted.grain,
        counted.period_start,
        count(distinct answers.account_id) as accounts
    from int_survey_answers__counted as counted
    inner join int_survey_answers as answers on counted.response_no = answers.response_no
    where counted.touchpoint = 'all' and answers.survey = 'nps' and answers.verdict = 'promoter'
    group by counted.grain, counted.period_start
),

rows_due as (
    select grain, period_start from acquired
    union
    select grain, period_start from promoters where accounts > 0
),

joined as (
    select
        rows_due.grain,
        rows_due.period_start,
        add_days(add_months(rows_due.period_start, grains.months), -1) as period_end,
        coalesce(acquired.acquired_accounts, 0) as acquired_accounts,
        coalesce(acquired.acquired_mrr, 0) as acquired_mrr,
        coalesce(acquired.referred_accounts, 0) as referred_accounts,
        coalesce(acquired.referred_mrr, 0) as referred_mrr,
        coalesce(promoters.accounts, 0) as promoter_accounts
    from rows_due
    inner join grains on rows_due.grain = grains.grain
    left join acquired
        on
            rows_due.grain = acquired.grain
            and rows_due.period_start = acquired.period_start
    left join promoters
        on
            rows_due.grain = promoters.grain
            and rows_due.period_start = promoters.period_start
),

final as (
    select
        joined.grain,
        joined.period_start,
        joined.period_end,
        joined.period_end <= int_settings.as_of as is_complete,
        cast(joined.acquired_accounts as bigint) as acquired_accounts,
        cast(joined.acquired_mrr as decimal(18, 4)) as acquired_mrr,
        cast(joined.referred_accounts as bigint) as referred_accounts,
        cast(joined.referred_mrr as decimal(18, 4)) as referred_mrr,
        cast(joined.referred_accounts as double) / nullif(cast(joined.acquired_accounts as double), 0) as referred_share,
        cast(joined.referred_mrr as double) / nullif(cast(joined.acquired_mrr as double), 0) as referred_mrr_share,
        cast(joined.promoter_accounts as bigint) as promoter_accounts,
        cast(joined.referred_accounts as double) / nullif(cast(joined.promoter_accounts as double), 0) as referred_per_promoter
    from joined
    cross join int_settings
)

select * from final
