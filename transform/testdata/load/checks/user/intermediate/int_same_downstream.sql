/*
same_rows_as: int_down
*/
select * from policy
