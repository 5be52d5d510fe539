/*
description: >
    The milestones that count, with their kind: those of the pipeline file, or, where it defines none, those of the records with
    the kind that most of these say.
grain: one row per milestone
key: [milestone]
accepted_values:
    kind: [functional, customer]
*/
with recorded as (
    select
        milestone,
        count(*) filter (where kind = 'customer') as customer_records,
        count(*) as records,
        min(milestone) as label
    from milestones
    group by milestone
),

has_definitions as (
    select count(*) > 0 as is_defined
    from milestone_definitions
),

first_reached as (
    select
        milestone,
        min(reached_on) as first_reached_on
    from int_milestones
    group by milestone
),

all_milestones as (
    select
        milestone,
        kind,
        is_value,
        is_expansion,
        label_pt,
        label_en
    from milestone_definitions
    union all
    select
        recorded.milestone,
        case when 2 * recorded.customer_records > recorded.records then 'customer' else 'functional' end as kind,
        false as is_value,
        false as is_expansion,
        recorded.label as label_pt,
        recorded.label as label_en
    from recorded
    cross join has_definitions
    where not has_definitions.is_defined
),

final as (
    select
        all_milestones.milestone,
        all_milestones.kind,
        all_milestones.is_value,
        all_milestones.is_expansion,
        all_milestones.label_pt,
        all_milestones.label_en,
        first_reached.first_reached_on,
        has_definitions.is_defined
    from all_milestones
    cross join has_definitions
    left join first_reached on all_milestones.milestone = first_reached.milestone
)

select * from final
