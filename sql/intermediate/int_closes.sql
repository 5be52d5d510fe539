/*
description: The days on which a period closes, each the end of a month or as_of.
grain: one row per day
key: [close_day]
*/
select
    close_day,
    month_no(close_day) as month_no,
    period_start as month_start,
    is_complete
from int_periods
where grain = 'month'
