select * from policy
