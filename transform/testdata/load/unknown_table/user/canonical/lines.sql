with known as (
    select * from stg_book__lines
)

select * from known
inner join acounts using (account_id)
cross join Invoices
