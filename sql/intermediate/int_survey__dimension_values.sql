/*
description: >
    The values that each set of dimension values stands for, with the set 0 of answers that no known account gave: each of
    their values is missing.
grain: one row per set and dimension
key: [set_no, dimension]
*/
select
    set_no,
    dimension,
    dimension_value
from int_dimension_values
union all
select
    0 as set_no,
    'all' as dimension,
    'all' as dimension_value
union all
select
    0 as set_no,
    names.dimension,
    '(none)' as dimension_value
from int_settings
cross join unnest(split(int_settings.dimensions, ',')) as names (dimension)
where names.dimension != ''
