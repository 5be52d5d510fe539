/*
grain: a
*/
-- hello
create table x as select 1
