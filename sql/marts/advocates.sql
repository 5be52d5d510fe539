/*
description: >
    People who would recommend and whose company got what it wanted: those whose last NPS answer, in an account active at as_of
    that reached a customer milestone, is a promoter's.
grain: one row per account and respondent
key: [account_id, respondent_id]
columns:
    account_id: The account
    respondent_id: The person; the answer's id where that is not known
    name: The account's name
    owner: Who looks after the account
    mrr: The account's MRR at as_of, in the reporting currency
    score: The person's last NPS score
    responded_on: When it was given
    comment: What the person wrote with it
    milestone: The customer milestone that the account reached last
    milestone_reached_on: When it did
*/
with answers as (
    select
        account_id,
        coalesce(respondent_id, response_id) as respondent_id,
        max(response_no) as response_no
    from int_survey_answers
    where survey = 'nps' and account_id is not null
    group by account_id, coalesce(respondent_id, response_id)
),

ranked as (
    select
        int_milestones.account_id,
        int_milestones.milestone,
        int_milestones.reached_on,
        row_number() over (
            partition by int_milestones.account_id
            order by int_milestones.reached_on desc, int_milestones.milestone
        ) as position
    from int_milestones
    inner join int_milestones__defined as defined on int_milestones.milestone = defined.milestone
    where defined.kind = 'customer'
),

final as (
    select
        accounts.account_id,
        answers.respondent_id,
        accounts.name,
        accounts.owner,
        accounts.mrr,
        last_answers.score,
        last_answers.responded_on,
        last_answers.comment,
        ranked.milestone,
        ranked.reached_on as milestone_reached_on
    from answers
    inner join int_survey_answers as last_answers
        on
            answers.response_no = last_answers.response_no
            and last_answers.verdict = 'promoter'
    inner join int_accounts__now as accounts on answers.account_id = accounts.account_id
    inner join ranked
        on
            answers.account_id = ranked.account_id
            and ranked.position = 1
)

select * from final
