/*
description: Accounts; the plan tier is the segment, the referral source the acquisition channel.
grain: one row per account
key: [account_id]
*/
select
    account_id,
    account_name as name,
    plan_tier as segment,
    industry,
    country,
    referral_source as acquisition_channel,
    signup_date as created_at,
    _file,
    _line
from ravenstack.accounts
