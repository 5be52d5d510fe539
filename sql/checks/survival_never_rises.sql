/*
description: Survival never rises with age.
severity: error
*/
with stepped as (
    select
        dimension,
        dimension_value,
        age_months,
        survival,
        lag(survival) over (partition by dimension, dimension_value order by age_months) as survival_before
    from survival
)

select *
from stepped
where survival > survival_before + 1e-12
