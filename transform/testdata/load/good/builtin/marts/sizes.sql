/*
key: [size]
constant: true
*/
select 'small' as size
