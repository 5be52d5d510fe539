/*
key: [account_id]
*/
select * from books.accounts
