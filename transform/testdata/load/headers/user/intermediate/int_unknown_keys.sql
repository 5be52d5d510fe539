/*
descripton: A letter is missing.
grain: one row
owner: me
*/
select * from policy
