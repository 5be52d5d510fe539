select * from information_schema.tables, duckdb_tables, duckdb_tables(), pg_class, pg_catalog.pg_type, sqlite_master, pragma_table_info('a')
