with other as (select * from policy)

select * from other, int_self
