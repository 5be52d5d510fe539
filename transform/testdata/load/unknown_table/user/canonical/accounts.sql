select é.account_id from books.accounts as é inner join shop.orders on true
