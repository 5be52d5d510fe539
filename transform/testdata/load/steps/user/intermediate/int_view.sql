/*
materialized: view
step: measure
*/
select * from policy
