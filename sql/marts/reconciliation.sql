/*
description: >
    Two bridges that tie MRR to the records: from all invoice lines to the MRR of the counted ones, and at every month
    close from the open lines to the closing MRR. A residue is what a bridge leaves unexplained.
grain: one row per bridge, close, currency and line of the bridge
key: [bridge, close_day, currency, position]
columns:
    bridge: invoice or stock
    close_day: The month close; as_of for the invoice bridge
    currency: Currency of the amounts; (all) is everything in the reporting currency
    position: Order of the line in its bridge
    step: What the line adds, takes away or comes to
    amount: The amount; positions before a sum add up to it
accepted_values:
    bridge: [invoice, stock]
*/
select
    'invoice' as bridge,
    int_settings.as_of as close_day,
    int_reconciliation__invoices.currency,
    int_reconciliation__invoices.position,
    int_reconciliation__invoices.step,
    int_reconciliation__invoices.amount
from int_reconciliation__invoices
cross join int_settings
union all
select
    'stock' as bridge,
    close_day,
    currency,
    position,
    step,
    amount
from int_reconciliation__stock
