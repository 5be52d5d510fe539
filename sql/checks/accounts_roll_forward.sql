/*
description: >
    Accounts roll forward as their MRR does. Where policy folds returns into expansion, they come back in no count of
    accounts, and the check does not hold by design.
severity: error
*/
select
    mrr_rollforward.grain,
    mrr_rollforward.period_start,
    mrr_rollforward.dimension,
    mrr_rollforward.dimension_value,
    mrr_rollforward.opening_accounts,
    mrr_rollforward.closing_accounts
from mrr_rollforward
cross join int_settings
where
    int_settings.reactivation != 'expansion'
    and mrr_rollforward.opening_accounts
    + mrr_rollforward.opening_book_accounts
    + mrr_rollforward.new_accounts
    + mrr_rollforward.reactivated_accounts
    - mrr_rollforward.churned_accounts != mrr_rollforward.closing_accounts
