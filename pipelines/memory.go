package pipelines

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // the driver "duckdb"

	"lastro/extract/lake"
	"lastro/transform"
)

// usualMemory is what an engine may use when nothing else is said, in MB. What does not fit is spilled to disk: runs of
// millions of lines take hardly longer, and a nightly run leaves room for what else the machine does.
const usualMemory = 3000

// roomyLake is how many MB of records usualMemory is enough for. Beyond it, each MB asks for roomPerMB more: not all that a
// statement holds can be spilled. Measured on 20 million invoice lines, 1,200 MB.
const (
	roomyLake = 400
	roomPerMB = 4
)

// memoryLimit is what an engine of a run over so many MB of records may use before it spills to disk: what the pipeline
// file says, else usualMemory and what much more than usual needs or, where that is less, half of the memory that this
// process may have.
func memoryLimit(ctx context.Context, config *Config, records int64) (string, error) {
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
	return fmt.Sprintf("%dMB", min(megabytes, usualMemory+max(0, records-roomyLake)*roomPerMB)), nil
}

// size is how many MB of records a view has.
func size(view *lake.View) int64 {
	var bytes int64
	for _, stream := range view.Streams() {
		for _, batch := range stream.Batches {
			bytes += batch.Bytes
		}
	}
	return bytes / 1e6
}

// hintMemory says what to do when a statement needs more memory than it may have.
func hintMemory(err error, limit string) error {
	var refused *transform.SQLError
	if errors.As(err, &refused) && strings.EqualFold(refused.Kind, "Out of Memory") {
		return fmt.Errorf("%w\nthe limit is %s: give more by memory_limit in the pipeline file, or fewer threads, as threads: 1", err, limit)
	}
	return err
}
