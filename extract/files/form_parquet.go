package files

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"lastro/sql/canonical"
)

// openParquet lets DuckDB read Parquet files itself. A record's line is its number in the file.
func (in *intake) openParquet(ctx context.Context, files []file) (*input, error) {
	var read int64
	for _, f := range files {
		if err := openable(f); err != nil {
			return nil, err
		}
		fields, err := in.describe(ctx, "read_parquet("+quoteReadPath(f.path)+", hive_partitioning = false)")
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read as Parquet: %w", f.name, err)
		}
		names := make([]string, len(fields))
		for i, field := range fields {
			names[i] = field.Name
		}
		if err := in.stream.checkColumns(f, append(names, numberConflict(names)...)); err != nil {
			return nil, err
		}
		var rows int64
		query := "select num_rows from parquet_file_metadata(" + quoteReadPath(f.path) + ")"
		if err := in.session.Conn.QueryRowContext(ctx, query).Scan(&rows); err != nil {
			return nil, fmt.Errorf("%s cannot be read as Parquet: %w", f.name, err)
		}
		read += rows
	}
	scan := parquetScan(files)
	fields, err := in.describe(ctx, scan)
	if err != nil {
		return nil, fmt.Errorf("read the files of %s together: %w", in.stream.id, err)
	}
	input := &input{
		close: func() error {
			in.progress(sizeOf(files), sizeOf(files))
			return unchanged(files)
		},
		read: func() int64 { return read },
	}
	var plain []string
	for _, field := range fields {
		if field.Name == fileNameColumn || field.Name == rowNumberColumn {
			continue
		}
		expression, sqlType := plainType(field)
		plain = append(plain, expression+" as "+quoteName(field.Name))
		input.columns = append(input.columns, canonical.Field{Name: field.Name, Type: sqlType})
	}
	place := fmt.Sprintf("substr(%s, %d) as _file, %s + 1 as _line", fileNameColumn, len([]rune(rootOf(files)))+2, rowNumberColumn)
	input.from = "(select " + strings.Join(append(plain, place), ", ") + " from " + scan + ")"
	input.recordsSQL = "select " + place + ", cast(to_json(struct_pack(" + packed(input.columns) + ")) as varchar) as _record from " + scan
	return input, nil
}

// The names under which DuckDB gives a row's file and number.
const (
	fileNameColumn  = "_lastro_file_name"
	rowNumberColumn = "file_row_number"
)

// numberConflict turns a column that DuckDB's number of a row would hide into one that is refused.
func numberConflict(names []string) []string {
	if indexOf(names, rowNumberColumn) >= 0 || indexOf(names, fileNameColumn) >= 0 {
		return []string{"_line"}
	}
	return nil
}

func parquetScan(files []file) string {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = quoteReadPath(f.path)
	}
	return "read_parquet([" + strings.Join(paths, ", ") + "], union_by_name = true, hive_partitioning = false, filename = " +
		quoteText(fileNameColumn) + ", file_row_number = true)"
}

// rootOf is the source's folder, as the files' paths have it.
func rootOf(files []file) string {
	return strings.TrimSuffix(strings.TrimSuffix(files[0].path, filepath.FromSlash(files[0].name)), string(filepath.Separator))
}

func packed(fields []canonical.Field) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = quoteName(f.Name) + " := " + quoteName(f.Name)
	}
	return strings.Join(parts, ", ")
}

// plainType gives a column in a type that the lake keeps for good: lists and structs as JSON, instants in UTC.
func plainType(f canonical.Field) (expression, sqlType string) {
	name := quoteName(f.Name)
	kind, _, _ := strings.Cut(f.Type, "(")
	switch {
	case strings.HasSuffix(f.Type, "]"), kind == "STRUCT", kind == "MAP", kind == "UNION":
		return "cast(to_json(" + name + ") as VARCHAR)", "VARCHAR"
	case f.Type == "TIMESTAMP WITH TIME ZONE":
		return "timezone('UTC', " + name + ")", "TIMESTAMP"
	case kind == "TIMESTAMP_NS", kind == "TIMESTAMP_MS", kind == "TIMESTAMP_S":
		return "cast(" + name + " as TIMESTAMP)", "TIMESTAMP"
	case kind == "ENUM", kind == "UUID", kind == "JSON", kind == "BLOB", kind == "BIT", strings.HasPrefix(kind, "TIME") && kind != "TIMESTAMP", kind == "INTERVAL":
		return "cast(" + name + " as VARCHAR)", "VARCHAR"
	case kind == "HUGEINT", kind == "UHUGEINT":
		return "cast(" + name + " as VARCHAR)", "VARCHAR"
	}
	return name, f.Type
}

// ownType gives the type in which an undeclared key column of a Parquet file is judged.
func ownType(sqlType string) (canonical.Type, error) {
	kind, _, _ := strings.Cut(sqlType, "(")
	switch kind {
	case "DATE", "TIMESTAMP", "BOOLEAN", "DOUBLE":
		return canonical.ParseType(kind)
	case "FLOAT":
		return canonical.ParseType("double")
	case "DECIMAL":
		return canonical.ParseType(sqlType)
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT":
		return canonical.ParseType("integer")
	}
	return canonical.Text, nil
}

// describe gives the columns of a relation.
func (in *intake) describe(ctx context.Context, from string) (fields []canonical.Field, err error) {
	rows, err := in.session.Conn.QueryContext(ctx, "select column_name, column_type from (describe select * from "+from+")")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var f canonical.Field
		if err := rows.Scan(&f.Name, &f.Type); err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	return fields, rows.Err()
}

func sizeOf(files []file) int64 {
	var size int64
	for _, f := range files {
		size += f.size
	}
	return size
}
