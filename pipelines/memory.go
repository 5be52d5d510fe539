package pipelines

import (
	"context"
	"database/sql"
	"fmt"

	_ "github.com/duckdb/duckdb-go/v2" // the driver "duckdb"
)

// usualMemory is what an engine may use when nothing else is said, in MB. What does not fit is spilled to disk: runs of
// millions of lines take hardly longer, and a nightly run leaves room for what else the machine does.
const usualMemory = 3000

// memoryLimit is what an engine of a run may use before it spills to disk: what the pipeline file says, else usualMemory
// or, where that is less, half of the memory that this process may have.
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
		"select cast(parse_formatted_bytes(current_setting('memory_limit')) / 0.8 / 2 / 1e6 as bigint)").Scan(&megabytes); err != nil {
		return "", fmt.Errorf("ask DuckDB for the memory there is: %w", err)
	}
	return fmt.Sprintf("%dMB", min(megabytes, usualMemory)), nil
}
