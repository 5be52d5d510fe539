/*
description: Nothing in the records needs a person's attention.
severity: warn
*/
select
    check_name,
    subject,
    detail
from int_findings
where severity = 'warn'
