/*
description: Overrides the built-in file of this path.
*/
select account_id, upper(name) as name from stg_books__accounts, policy
