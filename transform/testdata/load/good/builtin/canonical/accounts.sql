-- the union of one
select * from stg_books__accounts;
