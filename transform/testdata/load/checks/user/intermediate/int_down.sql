select * from int_same_downstream
