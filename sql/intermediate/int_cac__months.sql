/*
description: >
    What was spent on winning customers and who was won, month by month: all of it, and by acquisition channel. Spend
    without a channel is in the total alone.
grain: one row per month and channel, or the total, with spend or acquired accounts
key: [month, dimension, dimension_value]
*/
with spent as (
    select
        won_month as month,
        channel,
        sum(amount) as spend,
        count(*) as entries
    from int_spend__valued
    where is_acquisition
    group by won_month, channel
),

-- an account's channel is that at the close of its cohort month
acquired as (
    select
        int_cohorts.cohort_month as month,
        coalesce(nullif(versions.acquisition_channel, ''), '(none)') as channel,
        count(*) as accounts,
        sum(int_closes__accounts.mrr) as mrr
    from int_cohorts
    inner join int_account_versions as versions
        on
            int_cohorts.account_id = versions.account_id
            and int_cohorts.cohort_close >= versions.from_day
            and int_cohorts.cohort_close < versions.to_day
    inner join int_closes__accounts
        on
            int_cohorts.account_no = int_closes__accounts.account_no
            and int_cohorts.cohort_close = int_closes__accounts.close_day
    group by int_cohorts.cohort_month, coalesce(nullif(versions.acquisition_channel, ''), '(none)')
),

parts as (
    select
        month,
        'all' as dimension,
        'all' as dimension_value,
        spend,
        case when channel is null then spend else 0 end as unallocated_spend,
        0 as accounts,
        0 as mrr
    from spent
    union all
    select
        month,
        'acquisition_channel' as dimension,
        channel as dimension_value,
        spend,
        0 as unallocated_spend,
        0 as accounts,
        0 as mrr
    from spent
    where channel is not null
    union all
    select
        month,
        'all' as dimension,
        'all' as dimension_value,
        0 as spend,
        0 as unallocated_spend,
        accounts,
        mrr
    from acquired
    union all
    select
        month,
        'acquisition_channel' as dimension,
        channel as dimension_value,
        0 as spend,
        0 as unallocated_spend,
        accounts,
        mrr
    from acquired
),

final as (
    select
        month,
        dimension,
        dimension_value,
        cast(sum(spend) as decimal(18, 4)) as spend,
        cast(sum(unallocated_spend) as decimal(18, 4)) as unallocated_spend,
        cast(sum(accounts) as bigint) as acquired_accounts,
        cast(sum(mrr) as decimal(18, 4)) as acquired_mrr
    from parts
    group by month, dimension, dimension_value
)

select * from final
