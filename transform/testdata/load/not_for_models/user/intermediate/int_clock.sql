select
    now(),
    current_date,
    policy.current_date,
    "current_date",
    random()
from policy
