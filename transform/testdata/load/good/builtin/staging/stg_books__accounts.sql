select account_id, name from books.accounts
