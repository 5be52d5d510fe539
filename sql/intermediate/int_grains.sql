/*
description: The calendar grains of what is summed by period, with their length in months.
grain: one row per grain
key: [grain]
constant: true
*/
select 'month' as grain, 1 as months
union all
select 'quarter' as grain, 3 as months
union all
select 'year' as grain, 12 as months
