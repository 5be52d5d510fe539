select * from account_names where name is null
