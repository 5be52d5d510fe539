/*
description: >
    No two accounts of sources have one id without a rule that says so: an id of the first source that reads like <source>:<id> of
    another would make them one in silence.
*/
select
    account_id,
    count(*) as accounts
from int_account_map
where rule in ('own', 'none')
group by account_id
having count(*) > 1
