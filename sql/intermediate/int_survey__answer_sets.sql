/*
description: The answers that count in each period with the set of dimension values that their account has at the period's close.
grain: one row per grain, touchpoint row and answer
key: [grain, touchpoint, response_no]
same_rows_as: int_survey_answers__counted
*/
select
    counted.grain,
    counted.period_start,
    counted.touchpoint,
    counted.response_no,
    coalesce(int_account_dimensions.set_no, 0) as set_no
from int_survey_answers__counted as counted
inner join int_survey_answers as answers on counted.response_no = answers.response_no
inner join int_survey__periods as periods
    on
        counted.grain = periods.grain
        and counted.period_start = periods.period_start
left join int_account_dimensions
    on
        answers.account_id = int_account_dimensions.account_id
        and periods.close_day >= int_account_dimensions.from_day
        and periods.close_day < int_account_dimensions.to_day
