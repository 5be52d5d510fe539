/*
description: Nothing in the records needs a person's attention.
severity: warn
*/
with ranked as (
    select
        check_name,
        subject,
        detail,
        row_number() over (partition by check_name order by subject) as position,
        count(*) over (partition by check_name) as found
    from int_findings
    where severity = 'warn'
)

select
    concat(
        check_name,
        ': ',
        subject,
        ': ',
        detail,
        case when found > 1 then concat(' (and ', cast(found - 1 as varchar), ' more in data_quality)') else '' end
    ) as finding
from ranked
where position = 1
