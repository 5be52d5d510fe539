/*
grain: one
  key: two
*/
select * from policy
