select * from query('select 1'), query_table('policy')
