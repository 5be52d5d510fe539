/*
grain: {a: 1}
key: [setting, {a: b}, setting]
materialized: incremental
columns: [setting]
accepted_values:
  setting: a
  value: [[1]]
severity: fatal
constant: perhaps
same_rows_as: [a]
checks:
  - {name: a, expression: value = 1, severity: bad}
  - {name: a, expression: value = 2}
  - {expression: value = 1}
  - {name: b}
  - {name: c, sql: value = 1, expression: value = 1}
  - value = 1
*/
select * from policy
