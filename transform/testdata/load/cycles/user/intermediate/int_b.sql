select *
from books.accounts
cross join int_c
