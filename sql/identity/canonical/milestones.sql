/*
description: >
    Steps towards a customer's success that were reached. What two accounts that are one customer reached at the same moment is one.
grain: one row per account, milestone and moment
key: [account_id, milestone, achieved_at]
*/
with placed as (
    select
        source_milestones.*,
        places.account_id as unified_id,
        row_number() over (
            partition by places.account_id, source_milestones.milestone, source_milestones.achieved_at
            order by places.place, source_milestones._file, source_milestones._line
        ) as copy_no
    from source_milestones
    inner join int_identity__places as places
        on
            source_milestones._source = places.source
            and source_milestones.account_id = places.source_account_id
),

final as (
    select
        unified_id as account_id,
        milestone,
        kind,
        achieved_at,
        _extra,
        _source,
        _file,
        _line
    from placed
    where copy_no = 1
)

select * from final
