select * from policy;
drop table policy
