select * from int_b
