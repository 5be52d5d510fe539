/*
description: >
    The use of each account in the 30 days that end with a close and in the 30 days before them. Days on which the company
    measured and the account has no record are silent: they count as days without use, from the account's first record on.
grain: one row per account and close with a record in one of the two
key: [account_no, close_day]
*/
with measured as (
    select
        day,
        cast(row_number() over (order by day) as integer) as day_no
    from (
        select distinct usage.day
        from usage
        cross join int_settings
        where usage.day <= int_settings.as_of
    ) as days
),

-- a day lies in the windows of at most three closes
placed_days as (
    select
        measured.day,
        int_closes.close_day,
        measured.day > add_days(int_closes.close_day, -30) as is_current
    from measured
    inner join int_closes
        on
            measured.day <= int_closes.close_day
            and measured.day > add_days(int_closes.close_day, -60)
),

numbered_closes as (
    select
        int_closes.close_day,
        count(measured.day) as until_close,
        count(measured.day) filter (where measured.day <= add_days(int_closes.close_day, -30)) as until_current,
        count(measured.day) filter (where measured.day <= add_days(int_closes.close_day, -60)) as until_previous
    from int_closes
    left join measured on int_closes.close_day >= measured.day
    group by int_closes.close_day
),

records as (
    select
        int_accounts__firsts.account_no,
        usage.day,
        usage.active_users,
        usage.licensed_users,
        coalesce(usage.key_actions, usage.active_users, usage.features_used, 0) as activity,
        usage.features_used,
        greatest(coalesce(usage.active_users, 0), coalesce(usage.key_actions, 0), coalesce(usage.features_used, 0)) > 0 as is_used
    from usage
    inner join int_accounts__firsts on usage.account_id = int_accounts__firsts.account_id
),

firsts as (
    select
        records.account_no,
        min(measured.day_no) as first_day_no
    from records
    inner join measured on records.day = measured.day
    group by records.account_no
),

summed as (
    select
        records.account_no,
        placed_days.close_day,
        count(*) filter (where placed_days.is_current and records.licensed_users > 0 and records.active_users is not null) as licensed_days,
        count(*) filter (where placed_days.is_current) as record_days,
        sum(case when placed_days.is_current and records.licensed_users > 0 then records.active_users end) as active_users,
        sum(case when placed_days.is_current and records.active_users is not null then records.licensed_users end) as licensed_users,
        sum(case when placed_days.is_current then records.activity else 0 end) as activity,
        sum(case when placed_days.is_current then 0 else records.activity end) as previous_activity,
        max(case when placed_days.is_current then records.features_used end) as features_used,
        max(case when records.is_used then records.day end) as last_used_on
    from records
    inner join placed_days on records.day = placed_days.day
    group by records.account_no, placed_days.close_day
),

final as (
    select
        summed.*,
        numbered_closes.until_close - greatest(numbered_closes.until_current, firsts.first_day_no - 1) as measured_days,
        greatest(
            numbered_closes.until_current - greatest(numbered_closes.until_previous, firsts.first_day_no - 1), 0
        ) as previous_measured_days
    from summed
    inner join firsts on summed.account_no = firsts.account_no
    inner join numbered_closes on summed.close_day = numbered_closes.close_day
)

select * from final
