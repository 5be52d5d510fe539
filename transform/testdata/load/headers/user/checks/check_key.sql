/*
key: setting
*/
select * from policy
