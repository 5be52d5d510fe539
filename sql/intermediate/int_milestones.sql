/*
description: >
    The first time each account reached each milestone by as_of. The pipeline file defines which milestones there are; where it
    defines none, those of the records are all.
grain: one row per account and milestone
key: [account_id, milestone]
*/
with has_definitions as (
    select count(*) > 0 as is_defined
    from milestone_definitions
),

final as (
    select
        milestones.account_id,
        milestones.milestone,
        min(local_date(milestones.achieved_at, int_settings.timezone)) as reached_on
    from milestones
    cross join int_settings
    cross join has_definitions
    left join milestone_definitions on milestones.milestone = milestone_definitions.milestone
    where
        local_date(milestones.achieved_at, int_settings.timezone) <= int_settings.as_of
        and (milestone_definitions.milestone is not null or not has_definitions.is_defined)
    group by milestones.account_id, milestones.milestone
)

select * from final
