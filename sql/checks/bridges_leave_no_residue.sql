/*
description: Neither bridge of the reconciliation leaves more than 0.01 unexplained.
severity: error
*/
select
    bridge,
    close_day,
    currency,
    amount
from reconciliation
where step = 'residue' and abs(amount) > 0.01
