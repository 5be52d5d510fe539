select * from int_self
