package lake

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"
)

// VacuumOptions says what a vacuum may remove.
type VacuumOptions struct {
	// Before is the moment from which on everything can still be asked for: the
	// view of this moment and every later one stay as they are.
	Before time.Time
	// DryRun only reports.
	DryRun bool
	// KeepVersions names the streams whose superseded versions stay because
	// tables are made of them, as account history is of accounts. Nil: none.
	KeepVersions func(StreamID) bool
	// MemoryLimit of the rewriting, as DuckDB takes it ("2GB"); empty leaves
	// DuckDB's own, four fifths of the machine.
	MemoryLimit string
}

// VacuumReport says what a vacuum removed, or would remove.
type VacuumReport struct {
	// KnownSince is the earliest moment that AsKnown answers afterwards; zero
	// when it is the first commit.
	KnownSince time.Time
	// Streams that lose something, by source and name.
	Streams []StreamVacuum
	// QuarantineFiles is the superseded files of the quarantine.
	QuarantineFiles int
}

// StreamVacuum is what a stream loses.
type StreamVacuum struct {
	StreamID
	Batches int   // files
	Rows    int64 // superseded versions, or rows of superseded readings
	Bytes   int64 // freed; of a rewritten file an estimate by its rows
}

// Vacuum removes what no view of o.Before or later needs: batches of streams
// without key whose file a later run read again, superseded versions of
// records, by writing their batches anew, and superseded quarantine. From then
// on AsKnown refuses earlier moments. The change is atomic as a commit is, and
// old files are removed only after the new manifest is durable; a vacuum that
// dies is finished or undone by the next Begin. A view taken before the vacuum
// must not be read after it. The caller holds the lock of the state.
func (l *Lake) Vacuum(ctx context.Context, o VacuumOptions) (VacuumReport, error) {
	if err := l.occupy("a vacuum"); err != nil {
		return VacuumReport{}, err
	}
	defer l.release()
	report, err := l.vacuum(ctx, o)
	if err != nil {
		return VacuumReport{}, fmt.Errorf("vacuum the lake: %w", err)
	}
	return report, nil
}

func (l *Lake) vacuum(ctx context.Context, o VacuumOptions) (VacuumReport, error) {
	m, err := l.prepare()
	if err != nil {
		return VacuumReport{}, err
	}
	base := -1
	for i, c := range m.Commits {
		if !c.At.After(o.Before) {
			base = i
		}
	}
	w := &vacuuming{lake: l, m: m, base: base, options: o, name: "vacuum-" + strconv.Itoa(m.Vacuums+1), lost: map[StreamID]StreamVacuum{}}
	w.report.KnownSince = m.KnownSince
	if base < 0 || m.Commits[base].At.Before(m.KnownSince) {
		return w.report, nil
	}
	w.temp = l.at(filepath.Join(tempFolder, w.name))
	if err := l.ownFolder(w.temp); err != nil {
		return VacuumReport{}, err
	}
	if err := w.run(ctx); err != nil {
		return VacuumReport{}, errors.Join(err, w.undo())
	}
	return w.report, nil
}

// vacuuming is a vacuum under way.
type vacuuming struct {
	lake    *Lake
	m       *manifest
	base    int // the commit whose view is the earliest to stay
	options VacuumOptions
	name    string
	temp    string

	publication publication
	lost        map[StreamID]StreamVacuum
	rewrites    []rewrite
	report      VacuumReport
}

func (w *vacuuming) run(ctx context.Context) error {
	w.publication = publication{name: w.name, next: w.m.clone()}
	w.dropReplaced()
	w.dropQuarantine()
	if err := onEngine(ctx, w.temp, w.options.MemoryLimit, w.dropVersions); err != nil {
		return err
	}
	for _, id := range sortedIDs(w.lost) {
		w.report.Streams = append(w.report.Streams, w.lost[id])
	}
	if len(w.report.Streams) == 0 && w.report.QuarantineFiles == 0 {
		return w.lake.fs.RemoveAll(w.temp)
	}
	w.report.KnownSince = w.m.Commits[w.base].At
	if w.options.DryRun {
		return w.lake.fs.RemoveAll(w.temp)
	}
	next := w.publication.next
	next.KnownSince = w.report.KnownSince
	next.Vacuums++
	if len(w.rewrites) > 0 {
		sum := sha256.Sum256([]byte(next.VersionsGone + "\n" + w.name + "\n" + next.KnownSince.String()))
		next.VersionsGone = hex.EncodeToString(sum[:])
	}
	if err := w.lake.publish(ctx, w.publication); err != nil {
		return err
	}
	w.removeOld()
	return nil
}

// removeOld is over when the files are gone; what it cannot do, the next Begin
// does, since the intent to remove them is on disk.
func (w *vacuuming) removeOld() {
	if err := w.undo(); err != nil {
		w.lake.log.Warn("could not remove all old files: the next run will", "error", err)
	}
}

// undo removes the files that the manifest on disk does not name: the new ones
// before the commit point, the old ones after it.
func (w *vacuuming) undo() error {
	m, _, err := w.lake.load()
	if err != nil {
		return err
	}
	return w.lake.sweepRun(w.name, m)
}

func (w *vacuuming) lose(id StreamID, batches int, rows, bytes int64) {
	s := w.lost[id]
	w.lost[id] = StreamVacuum{id, s.Batches + batches, s.Rows + rows, s.Bytes + bytes}
}

// dropVersions writes the streams anew that hold superseded versions.
func (w *vacuuming) dropVersions(ctx context.Context, conn *sql.Conn) error {
	if err := w.planRewrites(ctx, conn); err != nil || w.options.DryRun {
		return err
	}
	for _, r := range w.rewrites {
		if err := w.rewrite(ctx, conn, r); err != nil {
			return fmt.Errorf("write stream %s anew: %w", r.stream.ID, err)
		}
	}
	return nil
}
