select * from policy;

select *
from books.accounts;
