/*
description: The weights and thresholds of the health score as one row.
grain: one row
key: [green]
*/
select
    cast(max(value) filter (where group_name = 'weights' and name = 'usage') as double) as usage,
    cast(max(value) filter (where group_name = 'weights' and name = 'satisfaction') as double) as satisfaction,
    cast(max(value) filter (where group_name = 'weights' and name = 'support') as double) as support,
    cast(max(value) filter (where group_name = 'weights' and name = 'financial') as double) as financial,
    cast(max(value) filter (where group_name = 'weights' and name = 'outcomes') as double) as outcomes,
    cast(max(value) filter (where group_name = 'weights' and name = 'growth') as double) as growth,
    cast(max(value) filter (where group_name = 'tiers' and name = 'green') as double) as green,
    cast(max(value) filter (where group_name = 'tiers' and name = 'yellow') as double) as yellow,
    cast(max(value) filter (where group_name = 'health' and name = 'least_coverage') as double) as least_coverage,
    cast(max(value) filter (where group_name = 'health' and name = 'fall') as double) as fall
from health_rules
