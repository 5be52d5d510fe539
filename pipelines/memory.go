package pipelines

import (
	"context"
	"database/sql"
	"fmt"

	_ "github.com/duckdb/duckdb-go/v2" // the driver "duckdb"
)

// memoryLimit is what an engine of a run may use before it spills to disk: what the pipeline file says, else a quarter of
// the memory that this process may have, so that a nightly run leaves room for what else the machine does.
func memoryLimit(ctx context.Context, config *Config) (string, error) {
	if config.MemoryLimit != "" {
		return config.MemoryLimit, nil
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return "", fmt.Errorf("open DuckDB: %w", err)
	}
	defer db.Close()
	// DuckDB's own limit is four fifths of that memory.
	var megabytes int64
	if err := db.QueryRowContext(ctx,
		"select cast(parse_formatted_bytes(current_setting('memory_limit')) / 0.8 / 4 / 1e6 as bigint)").Scan(&megabytes); err != nil {
		return "", fmt.Errorf("ask DuckDB for the memory there is: %w", err)
	}
	return fmt.Sprintf("%dMB", max(megabytes, 1000)), nil
}
