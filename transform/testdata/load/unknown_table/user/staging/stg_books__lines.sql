select *
from books.invoice_line
