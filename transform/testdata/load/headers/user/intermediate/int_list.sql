/*
- key
*/
select * from policy
