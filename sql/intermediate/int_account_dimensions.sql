/*
description: >
    For every version of an account the set of its dimension values, numbered, so that facts are summed once per set
    before they are spread over dimensions.
grain: one row per account and day on which a version begins
key: [account_id, from_day]
*/
with dimensions as (
    select names.dimension
    from int_settings
    cross join unnest(split(int_settings.dimensions, ',')) as names (dimension)
    where names.dimension != ''
),

valued as (
    select
        versions.account_id,
        versions.from_day,
        versions.to_day,
        dimensions.dimension,
        coalesce(
            nullif(
                case dimensions.dimension
                    when 'segment' then versions.segment
                    when 'industry' then versions.industry
                    when 'country' then versions.country
                    when 'acquisition_channel' then versions.acquisition_channel
                    when 'owner' then versions.owner
                    when 'name' then versions.name
                    when 'domain' then versions.domain
                    when 'tax_id' then versions.tax_id
                    -- an attribute of the user's own is kept with the record's extra columns
                    else json_extract_scalar(versions._extra, concat('$."', dimensions.dimension, '"'))
                end,
                ''
            ),
            '(none)'
        ) as dimension_value
    from int_account_versions as versions
    cross join dimensions
),

-- chr(31) and chr(30) are the separators that no label holds
sets as (
    select
        versions.account_id,
        versions.from_day,
        versions.to_day,
        coalesce(
            array_join(
                array_agg(concat(valued.dimension, chr(30), valued.dimension_value) order by valued.dimension)
                filter (where valued.dimension is not null),
                chr(31)
            ),
            ''
        ) as dimension_set
    from int_account_versions as versions
    left join valued
        on
            versions.account_id = valued.account_id
            and versions.from_day = valued.from_day
    group by
        versions.account_id,
        versions.from_day,
        versions.to_day
),

final as (
    select
        account_id,
        from_day,
        to_day,
        dimension_set,
        cast(dense_rank() over (order by dimension_set) as integer) as set_no
    from sets
)

select * from final
