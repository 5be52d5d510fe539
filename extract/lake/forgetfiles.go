package lake

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// batch looks through one file of records and writes it anew when it holds something of the subject.
func (f *forgetting) batch(ctx context.Context, conn *sql.Conn, b batchEntry) (batchEntry, error) {
	change := f.change(b.id(), f.m.Schemas[b.Schema], b.Key)
	gone, err := f.goneKeys(ctx, conn, b.id(), b.Key)
	if err != nil {
		return b, err
	}
	if gone != "" {
		change.remove = "(" + change.remove + " or " + gone + ")"
	}
	from := readParquet(f.lake.at(b.Path))
	stays := "not " + change.remove
	counts := []string{"count(*) filter (where " + change.remove + ")"}
	var differ, changing []string
	for _, c := range change.list {
		if c.changes {
			differs := "(" + c.sql + ") is distinct from " + quoteName(c.name)
			differ, changing = append(differ, differs), append(changing, c.name)
			counts = append(counts, "count(*) filter (where "+stays+" and "+differs+")")
		}
	}
	anyDiffers := "false"
	if len(differ) > 0 {
		anyDiffers = "(" + strings.Join(differ, " or ") + ")"
	}
	counts = append(counts, "count(*) filter (where "+stays+" and "+anyDiffers+")")
	found := make([]int64, len(counts))
	into := make([]any, len(counts))
	for i := range found {
		into[i] = &found[i]
	}
	if err := conn.QueryRowContext(ctx, "select "+strings.Join(counts, ", ")+" from "+from).Scan(into...); err != nil {
		return b, err
	}
	removed, emptied := found[0], found[len(found)-1]
	if removed == 0 && emptied == 0 {
		return b, nil
	}
	s := f.of(b.id())
	s.Removed, s.Emptied, s.Files = s.Removed+removed, s.Emptied+emptied, s.Files+1
	for i, name := range changing {
		if found[i+1] > 0 && !slices.Contains(s.Columns, name) {
			s.Columns = append(s.Columns, name)
		}
	}
	slices.Sort(s.Columns)
	if f.options.DryRun {
		return b, nil
	}
	f.publication.removed = append(f.publication.removed, b.Path)
	b.Rows -= removed
	if b.Rows == 0 {
		b.Path, b.Bytes = "", 0
		return b, nil
	}
	var list []string
	for _, c := range change.list {
		list = append(list, c.sql+" as "+quoteName(c.name))
	}
	to, size, err := f.write(ctx, conn, "select "+strings.Join(list, ", ")+" from "+from+" where "+stays, dataFolder, b.id(), b.RunID, b.Rows)
	b.Path, b.Bytes = to, size
	return b, err
}

// goneKeys gives SQL for whether a row is a version of a record whose latest version goes: an earlier one that does not
// name the subject would come back in its place. Empty where there are none.
func (f *forgetting) goneKeys(ctx context.Context, conn *sql.Conn, id StreamID, key []string) (string, error) {
	if gone, known := f.gone[id]; known || len(key) == 0 {
		return gone, nil
	}
	f.gone[id] = ""
	streams, err := newStreams(f.lake.dir, f.m, len(f.m.Commits)-1, func(one StreamID) bool { return one == id })
	if err != nil || len(streams) == 0 || !slices.Equal(streams[0].Key, key) || streams[0].mixedKeys() {
		return "", err
	}
	texts := make([]string, len(key))
	for i, name := range key {
		texts[i] = "coalesce(cast(" + quoteName(name) + " as varchar), '')"
	}
	text := "concat_ws(chr(31), " + strings.Join(texts, ", ") + ")"
	table := "temp.lastro_forget_" + strconv.Itoa(len(f.gone))
	s := streams[0]
	if _, err := conn.ExecContext(ctx, "create or replace temp table "+strings.TrimPrefix(table, "temp.")+" as select "+text+" as gone_key from (\n"+
		s.CurrentSQL()+"\n) as latest where "+f.change(id, s.Columns, key).remove); err != nil {
		return "", err
	}
	var found bool
	if err := conn.QueryRowContext(ctx, "select exists (select 1 from "+table+")").Scan(&found); err != nil || !found {
		return "", err
	}
	f.gone[id] = text + " in (select gone_key from " + table + ")"
	return f.gone[id], nil
}

// quarantine looks through one file of the quarantine: records that name the subject go, since of a record that was not
// understood no part can be told from another. They are in no number.
func (f *forgetting) quarantine(ctx context.Context, conn *sql.Conn, r readEntry) (readEntry, error) {
	needles := f.needles(r.Source)
	if len(needles) == 0 {
		return r, nil
	}
	from := readParquet(f.lake.at(r.Path))
	names := "(" + anyIn(needles, "record") + " or " + anyIn(needles, "reason") + ")"
	rows, err := countByFile(ctx, conn, "select file, count(*) from "+from+" where "+names+" group by file")
	if err != nil || len(rows) == 0 {
		return r, err
	}
	s := f.of(r.id())
	s.Files++
	left := maps.Clone(r.Rows)
	var total int64
	for file, n := range rows {
		s.Quarantined += n
		if left[file] -= n; left[file] <= 0 {
			delete(left, file)
		}
	}
	for _, n := range left {
		total += n
	}
	if f.options.DryRun {
		return r, nil
	}
	f.publication.removed = append(f.publication.removed, r.Path)
	r.Path, r.Rows = "", nil
	if total == 0 {
		return r, nil
	}
	r.Rows = left
	r.Path, _, err = f.write(ctx, conn, "select "+quarantineColumns+" from "+from+" where not "+names, quarantineFolder, r.id(), r.RunID, total)
	return r, err
}

func countByFile(ctx context.Context, conn *sql.Conn, query string) (counts map[string]int64, err error) {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = closing(err, rows) }()
	counts = map[string]int64{}
	for rows.Next() {
		var file string
		var n int64
		if err := rows.Scan(&file, &n); err != nil {
			return nil, err
		}
		counts[file] = n
	}
	return counts, rows.Err()
}

func closing(err error, rows *sql.Rows) error {
	if closeErr := rows.Close(); err == nil {
		return closeErr
	}
	return err
}

// write writes a file in place of one of a run, and says where it will lie.
func (f *forgetting) write(ctx context.Context, conn *sql.Conn, query, folder string, id StreamID, runID string, rows int64) (to string, size int64, err error) {
	file := filepath.Join(f.temp, ownPrefix+"records-"+strconv.Itoa(len(f.publication.moves)+1)+parquetSuffix)
	if err := f.lake.fs.WriteFile(file, nil); err != nil {
		return "", 0, err
	}
	if err := copyTo(ctx, conn, query, file); err != nil {
		return "", 0, err
	}
	var written int64
	if err := conn.QueryRowContext(ctx, "select count(*) from "+readParquet(file)).Scan(&written); err != nil {
		return "", 0, err
	}
	if written != rows {
		return "", 0, fmt.Errorf("%d rows were written, not %d", written, rows)
	}
	info, err := os.Stat(file)
	if err != nil {
		return "", 0, err
	}
	to = freePath(f.taken, folder, id, runID+"-"+f.name)
	f.publication.moves = append(f.publication.moves, move{from: file, to: to})
	return to, info.Size(), nil
}
