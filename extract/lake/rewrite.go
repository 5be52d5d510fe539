package lake

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// rewrite is a stream with a key whose superseded versions will go.
type rewrite struct {
	stream StreamView // as known at the base
}

// planRewrites finds the streams that hold superseded versions.
func (w *vacuuming) planRewrites(ctx context.Context, conn *sql.Conn) error {
	streams, err := newStreams(w.lake.dir, w.m, w.base, func(id StreamID) bool {
		return w.options.KeepVersions == nil || !w.options.KeepVersions(id)
	})
	if err != nil {
		return err
	}
	for _, s := range streams {
		// Under another key other versions would be superseded.
		if len(s.Key) == 0 || len(s.Batches) < 2 || !w.oneKey(s) {
			continue
		}
		superseded, err := countSuperseded(ctx, conn, s)
		if err != nil {
			return fmt.Errorf("count superseded versions of stream %s: %w", s.ID, err)
		}
		if superseded == 0 {
			continue
		}
		var rows, size int64
		for _, b := range s.Batches {
			rows, size = rows+b.Rows, size+b.Bytes
		}
		w.lose(s.ID, len(s.Batches)-len(byColumns(s.Batches)), superseded, int64(float64(size)*float64(superseded)/float64(rows)))
		w.rewrites = append(w.rewrites, rewrite{stream: s})
	}
	return nil
}

// oneKey tells whether the stream has had one key all along, also after the base.
func (w *vacuuming) oneKey(s StreamView) bool {
	return !slices.ContainsFunc(w.m.Batches, func(b batchEntry) bool {
		return b.id() == s.ID && !slices.Equal(b.Key, s.Key)
	})
}

func countSuperseded(ctx context.Context, conn *sql.Conn, s StreamView) (rows int64, err error) {
	err = conn.QueryRowContext(ctx, "select coalesce(sum(versions - 1), 0)::bigint from (select count(*) as versions from (\n"+
		s.readSQL(s.Batches, s.keyColumns())+"\n) as key_rows group by "+quoteNames(s.Key)+")").Scan(&rows)
	return rows, err
}

// rewrite merges the stream's batches of the same columns into one that has
// only the versions current at the base, sorted by key. Batches of other
// columns stay apart, so that later views cast each value as they always did.
func (w *vacuuming) rewrite(ctx context.Context, conn *sql.Conn, r rewrite) error {
	merged := map[string]batchEntry{} // by the path of the newest batch it replaces
	gone := map[string]bool{}
	for _, group := range byColumns(r.stream.Batches) {
		for _, b := range group {
			gone[b.entry.Path] = true
		}
		newest := group[len(group)-1].entry
		entry, err := w.merge(ctx, conn, r.stream, group, newest)
		if err != nil {
			return err
		}
		merged[newest.Path] = entry
	}
	next := w.publication.next
	kept := make([]batchEntry, 0, len(next.Batches))
	for _, b := range next.Batches {
		if gone[b.Path] {
			w.publication.removed = append(w.publication.removed, b.Path)
			replacement, ok := merged[b.Path]
			if !ok {
				continue
			}
			b = replacement
		}
		kept = append(kept, b)
	}
	next.Batches = kept
	return nil
}

// merge writes the current versions in a group of batches as one batch, in
// place of the newest of them.
func (w *vacuuming) merge(ctx context.Context, conn *sql.Conn, s StreamView, group []Batch, newest batchEntry) (batchEntry, error) {
	file := filepath.Join(w.temp, ownPrefix+"records-"+strconv.Itoa(len(w.publication.moves)+1)+parquetSuffix)
	if err := w.lake.fs.WriteFile(file, nil); err != nil {
		return batchEntry{}, err
	}
	if err := copyTo(ctx, conn, currentOfGroupSQL(s, group), file); err != nil {
		return batchEntry{}, err
	}
	if err := conn.QueryRowContext(ctx, "select count(*) from "+readParquet(file)).Scan(&newest.Rows); err != nil {
		return batchEntry{}, err
	}
	if newest.Rows == 0 {
		newest.Path, newest.Bytes = "", 0
		return newest, w.lake.fs.Remove(file)
	}
	info, err := os.Stat(file)
	if err != nil {
		return batchEntry{}, err
	}
	newest.Bytes = info.Size()
	newest.Path = freePath(w.m.paths(), dataFolder, newest.id(), newest.RunID+"-"+w.name)
	w.publication.moves = append(w.publication.moves, move{from: file, to: newest.Path})
	return newest, nil
}

// currentOfGroupSQL reads, in their own columns, the rows of some batches that
// are the latest version among all of the stream's.
func currentOfGroupSQL(s StreamView, group []Batch) string {
	columns := group[0].columns
	same := []string{"latest_rows._first_seen = group_rows._first_seen"}
	for _, key := range s.keyColumns() {
		same = append(same, "latest_rows."+quoteName(key.Name)+" is not distinct from cast(group_rows."+quoteName(key.Name)+" as "+key.Type+")")
	}
	seen := Column{"_first_seen", "TIMESTAMP"}
	return selectSQL(columns, columns) + " from (\n" + selectSQL(columns, columns) + " from " + readParquet(pathsOf(group)...) +
		"\n) as group_rows where exists (\nselect 1 from (\nselect " + quoteNames(s.Key) + ", max(_first_seen) as _first_seen from (\n" +
		s.readSQL(s.Batches, append(s.keyColumns(), seen)) + "\n) as key_rows group by " + quoteNames(s.Key) +
		"\n) as latest_rows where " + strings.Join(same, " and ") + "\n) order by " + quoteNames(s.Key)
}
