/*
description: >
    Component satisfaction, 0 to 100: the mean of the account's latest NPS answer within 180 days and latest CSAT answer within
    90, each on its scale. Where both are older, the last one counts half way to 50. NULL for an account that never answered.
grain: one row per account and close
key: [account_no, close_day]
same_rows_as: int_health__closes
*/
with latest as (
    select
        int_accounts__firsts.account_no,
        answers.survey,
        month_no(answers.responded_on) as month_no,
        max(answers.response_no) as response_no
    from int_survey_answers as answers
    inner join int_accounts__firsts on answers.account_id = int_accounts__firsts.account_id
    where answers.survey in ('nps', 'csat')
    group by int_accounts__firsts.account_no, answers.survey, month_no(answers.responded_on)
),

-- the last answer of a month stands until the month of the next one
spans as (
    select
        latest.account_no,
        latest.survey,
        latest.month_no as from_month_no,
        coalesce(
            lead(latest.month_no) over (partition by latest.account_no, latest.survey order by latest.month_no), 999999
        ) as to_month_no,
        answers.responded_on,
        answers.response_no,
        cast(answers.normalized as double) as normalized
    from latest
    inner join int_survey_answers as answers on latest.response_no = answers.response_no
),

told as (
    select
        closes.account_no,
        closes.close_day,
        max(case
            when spans.survey = 'nps' and days_between(spans.responded_on, closes.close_day) < 180 then spans.normalized
        end) as nps,
        max(case
            when spans.survey = 'csat' and days_between(spans.responded_on, closes.close_day) < 90 then spans.normalized
        end) as csat,
        max_by(spans.normalized, spans.response_no) as last_answer
    from int_health__closes as closes
    inner join spans
        on
            closes.account_no = spans.account_no
            and closes.month_no >= spans.from_month_no
            and closes.month_no < spans.to_month_no
    group by closes.account_no, closes.close_day
),

final as (
    select
        closes.account_no,
        closes.close_day,
        coalesce((told.nps + told.csat) / 2, told.nps, told.csat, (told.last_answer + 50) / 2) as score
    from int_health__closes as closes
    left join told
        on
            closes.account_no = told.account_no
            and closes.close_day = told.close_day
)

select * from final
