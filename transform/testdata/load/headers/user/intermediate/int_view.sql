/*
materialized: view
order: setting
*/
select * from policy
