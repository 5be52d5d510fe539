package lake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Commit makes the run's batches, quarantine, counts and cursors visible, all
// at once, and ends the transaction. Before that it verifies, for each stream,
// that Read = Accepted + Dropped + Quarantined, that Accepted and Quarantined
// equal the rows written, and that new batches can be read together with the
// earlier ones. A transaction that changed nothing commits nothing.
//
// When Commit fails or ctx is cancelled before the manifest is renamed, the
// lake is as it was: call Abort to remove what was written. Only an error that
// says that the manifest is in place means that the run is visible.
func (t *Txn) Commit(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return fmt.Errorf("commit run %s: %w", t.runID, errEnded)
	}
	if err := t.commit(ctx); err != nil {
		return fmt.Errorf("commit run %s: %w", t.runID, err)
	}
	t.end()
	for _, s := range t.taken {
		if err := t.lake.dropSpool(s.dir); err != nil {
			t.lake.log.Warn("could not remove a committed spool: the next run will", "stream", s.id.String(), "error", err)
		}
	}
	if err := t.lake.fs.RemoveAll(t.temp); err != nil {
		t.lake.log.Warn("could not remove temporary files: the next run will", "run_id", t.runID, "error", err)
	}
	return nil
}

func (t *Txn) commit(ctx context.Context) error {
	if err := t.verifyCounts(); err != nil {
		return err
	}
	changed, err := t.changesAnything()
	if err != nil || !changed {
		return err
	}
	now, _, err := t.lake.load()
	if err != nil {
		return err
	}
	if !now.sameAs(t.base) {
		return errors.New("another process changed the lake meanwhile: let every run take the state's lock, and run again")
	}
	p, err := t.publication()
	if err != nil {
		return err
	}
	if err := t.checkReadable(p.next); err != nil {
		return err
	}
	return t.lake.publish(ctx, p)
}

func (t *Txn) changesAnything() (bool, error) {
	changed := len(t.batches) > 0 || len(t.notes) > 0
	for _, c := range t.counts {
		changed = changed || c != (Counts{})
	}
	for source, cursor := range t.cursors {
		if err := checkName("source", source); err != nil {
			return false, err
		}
		same, err := sameJSON(cursor, t.base.Cursors[source].Value)
		if err != nil {
			return false, fmt.Errorf("cursor of source %s: %w", source, err)
		}
		changed = changed || !same
	}
	for _, r := range t.reads {
		changed = changed || r.total > 0 || t.base.quarantineOf(r.id, r.files) > 0
	}
	return changed, nil
}

// sameJSON compares two texts of JSON but for white space; have may be empty.
func sameJSON(text, have json.RawMessage) (bool, error) {
	var a, b bytes.Buffer
	if err := json.Compact(&a, text); err != nil {
		return false, err
	}
	if len(have) == 0 {
		return false, nil
	}
	if err := json.Compact(&b, have); err != nil {
		return false, err
	}
	return bytes.Equal(a.Bytes(), b.Bytes()), nil
}
