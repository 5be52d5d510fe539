/*
grain: a
grain: b
*/
select * from policy
