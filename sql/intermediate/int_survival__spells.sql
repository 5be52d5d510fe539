/*
description: >
    How long each account of a cohort is followed and whether it left: the first close of a spell of inactive closes
    longer than survival_return_months. Follow-up ends that many months before the last complete month.
grain: one row per account that is followed
key: [account_no]
*/
with follow_up as (
    select
        cast(date_trunc('month', int_settings.last_complete_month_end) as date) as last_month,
        add_months(cast(date_trunc('month', int_settings.last_complete_month_end) as date), -int_settings.survival_return_months) as end_month,
        int_settings.survival_return_months as return_months
    from int_settings
),

active as (
    select
        int_cohorts.account_no,
        int_cohorts.set_no,
        int_cohorts.cohort_month,
        int_closes.month_start,
        lead(int_closes.month_start) over (
            partition by int_cohorts.account_no
            order by int_closes.month_start
        ) as next_month
    from int_cohorts
    inner join int_closes__accounts on int_cohorts.account_no = int_closes__accounts.account_no
    inner join int_closes
        on
            int_closes__accounts.close_day = int_closes.close_day
            and int_closes.is_complete
    where int_closes__accounts.mrr > 0
),

left_on as (
    select
        active.account_no,
        min(add_months(active.month_start, 1)) as event_month
    from active
    cross join follow_up
    where
        add_months(active.month_start, 1) <= follow_up.end_month
        and (
            active.next_month is null
            or months_between(active.month_start, active.next_month) - 1 > follow_up.return_months
        )
    group by active.account_no
),

final as (
    select
        int_cohorts.account_no,
        int_cohorts.set_no,
        left_on.event_month is not null as is_event,
        months_between(int_cohorts.cohort_month, coalesce(left_on.event_month, follow_up.end_month)) as duration_months
    from int_cohorts
    cross join follow_up
    left join left_on on int_cohorts.account_no = left_on.account_no
    where int_cohorts.cohort_month <= follow_up.end_month
)

select * from final
