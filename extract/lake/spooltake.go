package lake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
)

// TakeOptions says how a reading relates to what the lake has.
type TakeOptions struct {
	// Key is the columns that tell records apart. Empty for a stream without key, whose reading is whole and takes the
	// place of the one before: Covers then names the one file that all its rows are of.
	Key []string
	// DeleteMissing adds a tombstone (_deleted true, all but the key NULL) for each current record that the reading does
	// not have: only a reading that is whole may say so.
	DeleteMissing bool
	// DeleteMissingWithin, a column, does so only among records of values of it that the reading has.
	DeleteMissingWithin string
	// Within are values of that column that count as the reading's, though it may have no records of them.
	Within []string
	// Covers are files whose earlier quarantine this reading replaces.
	Covers []string
}

// TakeSpool takes a reading that has come to its end into the transaction: records, quarantine and counts. Of a key that
// several groups have the last group's record counts; exact copies of the lake's current version (in all columns but the
// system's, _extra excepted) are dropped; tombstones are added where asked, each counts as read and accepted. What it
// gives are the counts of the reading; one that brought nothing new is not counted in the lake. After an error the transaction has nothing of the stream.
//
// Files of this run that need no change become batches as they are. Rows that a dead run wrote are written again with
// this run's _run_id and _first_seen: the lake knows them by this commit, and versions are told apart by _first_seen, so
// one of before a commit in between would lose against an older record.
//
// The spool's folder goes when the transaction has been committed; the commit names it, so a crash between is recognised.
func (t *Txn) TakeSpool(ctx context.Context, conn *sql.Conn, s *Spool, o TakeOptions) (Counts, error) {
	if s.txn != t || s.taken {
		return Counts{}, fmt.Errorf("take the spool of %s: it is not open in this transaction", s.id)
	}
	counts, err := t.takeSpool(ctx, conn, s, o)
	if err != nil {
		t.forget(s.id)
		return Counts{}, fmt.Errorf("take the spool of %s: %w", s.id, err)
	}
	s.taken = true
	return counts, nil
}

func (t *Txn) takeSpool(ctx context.Context, conn *sql.Conn, s *Spool, o TakeOptions) (Counts, error) {
	if len(o.Key) == 0 && (len(o.Covers) != 1 || o.DeleteMissing || o.DeleteMissingWithin != "") {
		return Counts{}, errors.New("a stream without key takes the place of one file: Covers must name it, and nothing else can be missing")
	}
	k := &taking{txn: t, conn: conn, spool: s, options: o, counts: s.Counts()}
	defer k.end()
	for _, step := range []func(context.Context) error{k.open, k.findDrops, k.keepGroups, k.addTombstones} {
		if err := step(ctx); err != nil {
			return Counts{}, err
		}
	}
	isNews, err := k.isNews(ctx)
	if err != nil {
		return Counts{}, err
	}
	if isNews { // as of a file that did not change, nothing is counted of a reading that brought nothing new
		if err := k.keepQuarantine(ctx); err != nil {
			return Counts{}, err
		}
		t.Count(s.id, k.counts)
	}
	return k.counts, t.add(func() error {
		t.taken = append(t.taken, s)
		return nil
	})
}

// forget removes everything of a stream from the transaction. Its files go with the temporary folder.
func (t *Txn) forget(id StreamID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.batches = slices.DeleteFunc(t.batches, func(b pendingBatch) bool { return b.id == id })
	t.reads = slices.DeleteFunc(t.reads, func(r pendingRead) bool { return r.id == id })
	delete(t.counts, id)
}

// taking is a TakeSpool under way.
type taking struct {
	txn     *Txn
	conn    *sql.Conn
	spool   *Spool
	options TakeOptions
	counts  Counts

	files   []takenFile
	columns []Column   // of the files
	current StreamView // what the lake has of the stream
	has     bool       // whether it has any rows
	dropped map[int]int64
	aside   bool // the reading has set records of known keys aside
}

// takenFile is a group's file.
type takenFile struct {
	path string
	rows int64
	own  bool // written by this run
}

// open looks at the files and at what the lake has.
func (k *taking) open(ctx context.Context) error {
	t, s := k.txn, k.spool
	for i, g := range s.groups {
		if g.Rows == 0 {
			continue
		}
		f := takenFile{filepath.Join(s.dir, spoolFile(i+1)), g.Rows, g.RunID == t.runID && g.FirstSeen.Equal(t.firstSeen)}
		columns, err := describe(ctx, k.conn, f.path)
		if err != nil {
			return err
		}
		if k.columns == nil {
			k.columns = columns
		}
		if !slices.Equal(columns, k.columns) {
			return fmt.Errorf("its groups have different columns, %v and %v: they are of two readings; remove the spool and run again", k.columns, columns)
		}
		k.files = append(k.files, f)
	}
	for _, key := range k.options.Key {
		if _, ok := columnOf(k.columns, key); !ok && len(k.files) > 0 {
			return fmt.Errorf("the key's column %s is not among the columns", key)
		}
	}
	streams, err := newStreams(t.lake.dir, t.base, len(t.base.Commits)-1, func(id StreamID) bool { return id == s.id })
	if err != nil || len(streams) == 0 {
		return err
	}
	k.current = streams[0]
	k.has = len(k.current.Batches) > 0 && !slices.ContainsFunc(k.options.Key, func(key string) bool {
		_, ok := columnOf(k.current.Columns, key)
		return !ok
	})
	return nil
}

// keepGroups makes batches of the files: of those that need no change by a link.
func (k *taking) keepGroups(ctx context.Context) error {
	t, id := k.txn, k.spool.id
	o := BatchOptions{Key: k.options.Key}
	if len(o.Key) == 0 {
		o.ReplacesFile = k.options.Covers[0]
	}
	if err := o.check(id); err != nil {
		return err
	}
	for i, f := range k.files {
		dropped := k.dropped[i]
		k.counts.Accepted -= dropped
		k.counts.Dropped += dropped
		if dropped == f.rows {
			continue
		}
		file := t.newTemp("records")
		if f.own && dropped == 0 {
			if err := t.lake.fs.Link(f.path, file); err != nil {
				return err
			}
		} else {
			if err := t.lake.fs.WriteFile(file, nil); err != nil {
				return err
			}
			if err := copyTo(ctx, k.conn, k.changedSQL(i), file); err != nil {
				return err
			}
		}
		rows, err := t.keepRecords(ctx, k.conn, id, file, o)
		if err != nil {
			return err
		}
		if rows != f.rows-dropped {
			return fmt.Errorf("%d rows where %d must be", rows, f.rows-dropped)
		}
	}
	if len(o.Key) > 0 || len(k.files) > 0 || len(k.current.Batches) == 0 {
		return nil
	}
	// A reading without any record takes the place of the one before all the same.
	columns := k.current.Columns
	_, err := t.CopyRecords(ctx, k.conn, id, selectSQL(columns, columns)+" from ("+selectSQL(nil, columns)+") as none where false", o)
	return err
}

// keepQuarantine keeps what the groups set aside.
func (k *taking) keepQuarantine(ctx context.Context) error {
	files := slices.Clone(k.options.Covers)
	rows := func(yield func(QuarantinedRecord, error) bool) {
		for i, g := range k.spool.groups {
			if g.Counts.Quarantined == 0 {
				continue
			}
			var whole spoolGroup
			if err := readJSON(filepath.Join(k.spool.dir, spoolGroupFile(i+1)), &whole); err != nil {
				yield(QuarantinedRecord{}, err)
				return
			}
			for _, record := range whole.Quarantined {
				if !yield(record, nil) {
					return
				}
			}
		}
	}
	if k.counts.Quarantined > 0 {
		for record, err := range rows {
			if err != nil {
				return err
			}
			if file := validText(record.File); !slices.Contains(files, file) {
				files = append(files, file)
			}
		}
	}
	if len(files) == 0 {
		return nil
	}
	return k.txn.Quarantine(ctx, k.spool.id, files, rows)
}
