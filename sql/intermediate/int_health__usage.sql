/*
description: >
    Component usage, 0 to 100: half adoption (active of licensed users over 30 days, silent days as none), a quarter trend (use a
    measured day against the 30 days before, 100 when it held or grew), a quarter breadth (most features used on a day, against
    what nine accounts in ten stay within). Parts that the records do not tell are left out; whoever is silent has 0. Without new
    use the score never rises.
grain: one row per account and close
key: [account_no, close_day]
same_rows_as: int_health__closes
*/
with first_record as (
    select min(day) as day
    from usage
),

feature_counts as (
    select
        windows.close_day,
        windows.features_used,
        count(*) as accounts
    from int_health__usage_windows as windows
    where windows.features_used > 0
    group by windows.close_day, windows.features_used
),

running as (
    select
        close_day,
        features_used,
        sum(accounts) over (
            partition by close_day
            order by features_used
            rows between unbounded preceding and current row
        ) as accounts_up_to,
        sum(accounts) over (partition by close_day) as accounts
    from feature_counts
),

wide_use as (
    select
        close_day,
        min(features_used) as features_used
    from running
    where 10 * accounts_up_to >= 9 * accounts
    group by close_day
),

parts as (
    select
        closes.account_no,
        closes.close_day,
        windows.last_used_on,
        case
            when coalesce(windows.record_days, 0) = 0 then cast(0 as double)
            when windows.licensed_days > 0
                then 100 * least(
                    cast(windows.active_users as double) / cast(windows.licensed_users as double)
                    * cast(windows.licensed_days as double) / cast(windows.measured_days as double),
                    1
                )
        end as adoption,
        case
            when coalesce(windows.activity, 0) = 0 then cast(0 as double)
            when windows.previous_measured_days = 0 then null
            when windows.previous_activity = 0 then cast(100 as double)
            else 100 * least(
                cast(windows.activity as double) / cast(windows.measured_days as double)
                / (cast(windows.previous_activity as double) / cast(windows.previous_measured_days as double)),
                1
            )
        end as trend,
        case
            when coalesce(windows.record_days, 0) = 0 then cast(0 as double)
            when wide_use.features_used is not null
                then 100 * least(cast(coalesce(windows.features_used, 0) as double) / cast(wide_use.features_used as double), 1)
        end as breadth
    from int_health__closes as closes
    cross join first_record
    left join int_health__usage_windows as windows
        on
            closes.account_no = windows.account_no
            and closes.close_day = windows.close_day
    left join wide_use on closes.close_day = wide_use.close_day
    where closes.close_day >= first_record.day
),

weighed as (
    select
        parts.*,
        (coalesce(0.5 * adoption, 0) + coalesce(0.25 * trend, 0) + coalesce(0.25 * breadth, 0))
        / nullif(
            case when adoption is null then 0 else 0.5 end
            + case when trend is null then 0 else 0.25 end
            + case when breadth is null then 0 else 0.25 end,
            0
        ) as raw_score
    from parts
),

-- accounts without use since the same day have no new use between those closes
lowered as (
    select
        account_no,
        close_day,
        min(coalesce(raw_score, 0)) over (
            partition by account_no, last_used_on
            order by close_day
            rows between unbounded preceding and current row
        ) as score
    from weighed
),

final as (
    select
        closes.account_no,
        closes.close_day,
        cast(lowered.score as double) as score
    from int_health__closes as closes
    left join lowered
        on
            closes.account_no = lowered.account_no
            and closes.close_day = lowered.close_day
)

select * from final
