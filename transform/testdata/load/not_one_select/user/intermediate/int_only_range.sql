with days as (select * from range(10))

select * from days
