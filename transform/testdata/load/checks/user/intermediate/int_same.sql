/*
same_rows_as: books.acounts
*/
select * from policy
