/*
key: [account_id]
*/
select accounts.account_id, accounts.name
from Main."Accounts" as accounts
