/*
step: mesure
*/
select * from policy
