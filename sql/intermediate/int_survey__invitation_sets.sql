/*
description: Invitations per period, touchpoint row and set of dimension values, as the answers to them are counted.
grain: one row per grain, period, set, survey and touchpoint row
key: [grain, period_start, set_no, survey, touchpoint]
*/
with placed as (
    select
        periods.grain,
        periods.period_start,
        coalesce(int_account_dimensions.set_no, 0) as set_no,
        invitations.survey,
        invitations.touchpoint
    from int_survey_invitations as invitations
    inner join int_survey__periods as periods
        on
            periods.period_start = cast(
                case periods.grain
                    when 'month' then date_trunc('month', invitations.sent_on)
                    when 'quarter' then date_trunc('quarter', invitations.sent_on)
                    else date_trunc('year', invitations.sent_on)
                end as date
            )
    left join int_account_dimensions
        on
            invitations.account_id = int_account_dimensions.account_id
            and periods.close_day >= int_account_dimensions.from_day
            and periods.close_day < int_account_dimensions.to_day
),

final as (
    select grain, period_start, set_no, survey, touchpoint, count(*) as invitations
    from placed
    group by grain, period_start, set_no, survey, touchpoint
    union all
    select grain, period_start, set_no, survey, 'all' as touchpoint, count(*) as invitations
    from placed
    group by grain, period_start, set_no, survey
)

select * from final
