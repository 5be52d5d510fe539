/* description: never ends
select * from policy
