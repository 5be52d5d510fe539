/*
description: The values that each set of dimension values stands for, and 'all' for each set.
grain: one row per set and dimension
key: [set_no, dimension]
*/
with sets as (
    select distinct
        set_no,
        dimension_set
    from int_account_dimensions
),

pairs as (
    select
        sets.set_no,
        elements.pair
    from sets
    cross join unnest(split(sets.dimension_set, chr(31))) as elements (pair)
    where elements.pair != ''
),

final as (
    select
        set_no,
        'all' as dimension,
        'all' as dimension_value
    from sets
    union all
    select
        set_no,
        split_part(pair, chr(30), 1) as dimension,
        split_part(pair, chr(30), 2) as dimension_value
    from pairs
)

select * from final
