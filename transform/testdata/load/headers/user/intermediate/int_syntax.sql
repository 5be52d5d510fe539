-- a comment before is fine

/*
grain: [one
*/
select * from policy
