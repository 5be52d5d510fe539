/*
step: measure
*/
select * from policy
