/* This says nothing that a header says. */
select * from policy
