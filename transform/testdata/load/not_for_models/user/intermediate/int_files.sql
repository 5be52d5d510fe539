select * from read_csv('a.csv')
union all select * from 'b.parquet'
union all select * from "dir/c.json"
union all select * from parquet_metadata('d') union all select * from glob('*')
