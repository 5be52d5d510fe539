/*
description: >
    Component outcomes, 0 to 100: the share of the defined milestones that the account has reached. Where the pipeline file
    defines none, those that any customer has reached by the close are all.
grain: one row per account and close
key: [account_no, close_day]
same_rows_as: int_health__closes
*/
with defined as (
    select
        int_closes.close_day,
        count(*) filter (where milestones.is_defined or milestones.first_reached_on <= int_closes.close_day) as milestones,
        min(milestones.first_reached_on) as first_record_on
    from int_closes
    cross join int_milestones__defined as milestones
    group by int_closes.close_day
),

reached as (
    select
        int_accounts__firsts.account_no,
        month_no(int_milestones.reached_on) as month_no,
        count(*) as milestones
    from int_milestones
    inner join int_accounts__firsts on int_milestones.account_id = int_accounts__firsts.account_id
    group by int_accounts__firsts.account_no, month_no(int_milestones.reached_on)
),

spans as (
    select
        account_no,
        month_no as from_month_no,
        coalesce(lead(month_no) over (partition by account_no order by month_no), 999999) as to_month_no,
        sum(milestones) over (
            partition by account_no
            order by month_no
            rows between unbounded preceding and current row
        ) as milestones
    from reached
),

final as (
    select
        closes.account_no,
        closes.close_day,
        case
            when defined.first_record_on <= closes.close_day
                then 100 * cast(coalesce(spans.milestones, 0) as double) / cast(defined.milestones as double)
        end as score
    from int_health__closes as closes
    left join defined on closes.close_day = defined.close_day
    left join spans
        on
            closes.account_no = spans.account_no
            and closes.month_no >= spans.from_month_no
            and closes.month_no < spans.to_month_no
)

select * from final
