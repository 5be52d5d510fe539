select * from books.accounts
