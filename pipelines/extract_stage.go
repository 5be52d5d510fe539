package pipelines

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	duck "github.com/duckdb/duckdb-go/v2"

	"lastro/extract/lake"
	"lastro/sql/canonical"
)

func isCanonical(config *Config, id lake.StreamID) bool {
	_, ok := canonical.ByName(id.Stream)
	return ok
}

// extract TEMPORARY
func (j *job) extract(ctx context.Context) error {
	txn, err := j.lake.Begin(j.outcome.Run.ID, j.outcome.Run.StartedAt)
	if err != nil {
		return err
	}
	defer txn.Abort()
	view, _ := j.lake.Now()
	if len(view.Streams()) > 0 {
		return nil
	}
	c, err := duck.NewConnector("", nil)
	if err != nil {
		return err
	}
	db := sql.OpenDB(c)
	defer db.Close()
	conn, _ := db.Conn(ctx)
	defer conn.Close()
	for _, s := range j.config.Sources {
		names, _ := filepath.Glob(filepath.Join(s.Path, "*.csv"))
		for _, n := range names {
			e, ok := canonical.ByName(strings.TrimSuffix(filepath.Base(n), ".csv"))
			if !ok {
				continue
			}
			text, _ := os.ReadFile(n)
			head := strings.Split(strings.SplitN(string(text), "\n", 2)[0], ",")
			var f []canonical.Field
			for _, h := range head {
				f = append(f, canonical.Field{Name: strings.TrimSpace(h), Type: "VARCHAR"})
			}
			q, err := e.Judge(canonical.Input{From: "(select * from read_csv('" + n + "', all_varchar=true, header=true, delim=',', parallel=false, quote='\"', escape='\"', strict_mode=false, ignore_errors=true))", Columns: f, Timezone: j.config.Timezone})
			if err != nil {
				return err
			}
			var cols []string
			for _, c := range e.Columns {
				cols = append(cols, c.Name)
			}
			sel := "select distinct on (" + strings.Join(e.Key, ",") + ") " + strings.Join(cols, ",") + ", _extra, '" + s.Name + "' as _source, '" + filepath.Base(n) + "' as _file, cast(1 as bigint) as _line, '" + txn.RunID() + "' as _run_id, " + instant(txn.FirstSeen()) + " as _first_seen from (" + q + ") where _reason is null"
			rows, err := txn.CopyRecords(ctx, conn, lake.StreamID{Source: s.Name, Stream: e.Name}, sel, lake.BatchOptions{Key: e.Key})
			if err != nil {
				return fmt.Errorf("%s: %w", n, err)
			}
			txn.Count(lake.StreamID{Source: s.Name, Stream: e.Name}, lake.Counts{Read: rows, Accepted: rows})
		}
	}
	return txn.Commit(ctx)
}

func planReads(ctx context.Context, config *Config, view *lake.View) ([]lake.StreamID, []PlannedRead, error) {
	return nil, nil, nil
}
