select * from check_policy
