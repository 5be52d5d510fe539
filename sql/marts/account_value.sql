/*
description: What each account has been worth so far, as its revenue was earned day by day, up to as_of.
grain: one row per account and month with days of service
key: [account_id, month]
columns:
    account_id: The account
    month: First day of the month
    is_complete: Whether the month's last day is at or before as_of
    recognized_amount: Net amounts of counted lines and MRR of items, spread over their days of service, in the reporting currency
    cumulative_amount: Sum of recognized_amount to the end of the month
    clv_realized: cumulative_amount * gross_margin
same_rows_as: int_account_value__months
*/
with summed as (
    select
        int_accounts__firsts.account_id,
        int_months.month_start as month,
        int_months.is_complete,
        earned.recognized_amount,
        cast(
            sum(earned.recognized_amount) over (
                partition by earned.account_no
                order by earned.month_no
                rows between unbounded preceding and current row
            ) as decimal(18, 4)
        ) as cumulative_amount
    from int_account_value__months as earned
    inner join int_accounts__firsts on earned.account_no = int_accounts__firsts.account_no
    inner join int_months on earned.month_no = int_months.month_no
),

final as (
    select
        summed.*,
        at_rate(summed.cumulative_amount, int_settings.gross_margin) as clv_realized
    from summed
    cross join int_settings
)

select * from final
