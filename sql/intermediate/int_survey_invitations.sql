/*
description: Every invitation to a survey sent by as_of.
grain: one row per invitation
key: [invitation_id]
*/
select
    survey_invitations.invitation_id,
    survey_invitations.account_id,
    survey_invitations.survey,
    case survey_invitations.touchpoint when 'all' then '(all)' else coalesce(survey_invitations.touchpoint, '(none)') end as touchpoint,
    local_date(survey_invitations.sent_at, int_settings.timezone) as sent_on
from survey_invitations
cross join int_settings
where local_date(survey_invitations.sent_at, int_settings.timezone) <= int_settings.as_of
