/*
key: [account_id]
*/
select account_id from books.accounts
