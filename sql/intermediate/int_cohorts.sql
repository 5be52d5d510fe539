/*
description: >
    The cohort of every account: the first month at whose close it is active, complete months only, without the opening
    book; with its set of dimension values at that close.
grain: one row per account in a cohort
key: [account_no]
*/
select
    int_accounts__firsts.account_no,
    int_accounts__firsts.account_id,
    int_accounts__firsts.first_month as cohort_month,
    int_accounts__firsts.first_month_close as cohort_close,
    int_account_dimensions.set_no
from int_accounts__firsts
inner join int_account_dimensions
    on
        int_accounts__firsts.account_id = int_account_dimensions.account_id
        and int_accounts__firsts.first_month_close >= int_account_dimensions.from_day
        and int_accounts__firsts.first_month_close < int_account_dimensions.to_day
where
    int_accounts__firsts.first_month_close is not null
    and not int_accounts__firsts.is_opening_book
