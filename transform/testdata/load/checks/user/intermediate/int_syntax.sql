/*
checks:
  - {name: broken, expression: "value = = 1"}
  - {name: two, expression: "1); select (2"}
  - name: other
    expression: value in (select value from books.accounts)
  - {name: clock, expression: "value < now()"}
  - {name: own, expression: "value = (select max(value) from int_syntax)"}
*/
select * from policy
