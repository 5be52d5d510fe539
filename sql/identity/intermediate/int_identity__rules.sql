/*
description: >
    The rules by which an account is found to be one that an earlier source has, in the order in which they are asked: a key of
    one kind of its own that equals one of a kind of the other's.
grain: one row per rule and pair of kinds
key: [rule_no, own_kind, known_kind]
constant: true
*/
select
    rules.rule_no,
    rules.rule,
    rules.own_kind,
    rules.known_kind
from (
    values
        (1, 'external_id', 'external_id', 'id'),
        (1, 'external_id', 'id', 'external_id'),
        (2, 'tax_id', 'tax_id', 'tax_id'),
        (3, 'domain', 'domain', 'domain'),
        (4, 'email_domain', 'email_domain', 'domain'),
        (4, 'email_domain', 'domain', 'email_domain'),
        (4, 'email_domain', 'email_domain', 'email_domain')
) as rules (rule_no, rule, own_kind, known_kind)
