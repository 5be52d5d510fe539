/*
description: The policy behind every number of the run, setting by setting.
grain: one row per setting
key: [setting]
columns:
    setting: Name of the setting, as in the pipeline file; those of health, milestones, surveys and lexicon begin with the section's name
    value: Its value; empty when it is not set
    default_value: What holds when the pipeline file does not say
    policy_version: Version of all settings together
*/
select
    setting,
    value,
    default_value,
    policy_version
from policy
