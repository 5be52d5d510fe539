/*
key: setting
materialized: view
*/
select * from policy
