create or replace macro one() as 1;
