/*
description: as_of is not before the first record of a company that has records.
severity: error
*/
with days as (
    select local_date(invoice_lines.issued_at, int_settings.timezone) as day
    from invoice_lines
    cross join int_settings
    union all
    select starts_on as day from subscription_items
)

select
    int_settings.as_of,
    min(days.day) as first_record_on,
    'choose an as_of on or after the first record' as what_to_do
from days
cross join int_settings
group by int_settings.as_of
having min(days.day) > int_settings.as_of
