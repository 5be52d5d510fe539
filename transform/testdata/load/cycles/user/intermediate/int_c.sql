select * from int_b, int_a, policy
