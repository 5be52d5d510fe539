package lake

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// publication builds the manifest that has this run, and says where its files go.
func (t *Txn) publication() (publication, error) {
	p := publication{name: t.runID, next: t.base.clone()}
	taken := t.base.paths()
	place := func(folder string, id StreamID, from string) string {
		if from == "" {
			return ""
		}
		to := freePath(taken, folder, id, t.runID)
		p.moves = append(p.moves, move{from: from, to: to})
		return to
	}
	c := commit{RunID: t.runID, At: t.firstSeen}
	for _, b := range t.batches {
		p.next.Batches = append(p.next.Batches, batchEntry{
			Source: b.id.Source, Stream: b.id.Stream, RunID: t.runID,
			Path: place(dataFolder, b.id, b.temp), Rows: b.rows, Bytes: b.bytes,
			Key: b.key, Schema: p.next.schema(b.columns), File: b.file,
		})
		c.Visible = true
	}
	for _, r := range t.reads {
		c.Visible = c.Visible || r.total > 0 || t.base.quarantineOf(r.id, r.files) > 0
		p.next.Reads = append(p.next.Reads, readEntry{
			Source: r.id.Source, Stream: r.id.Stream, RunID: t.runID,
			Files: r.files, Path: place(quarantineFolder, r.id, r.temp), Rows: r.rows,
		})
	}
	for _, id := range sortedIDs(t.counts) {
		n := t.counts[id]
		c.Counts = append(c.Counts, countEntry{id.Source, id.Stream, n.Read, n.Accepted, n.Dropped, n.Quarantined})
		c.Visible = true
	}
	if err := t.keepNotes(&c); err != nil {
		return publication{}, err
	}
	for source, cursor := range t.cursors {
		if err := p.setCursor(source, t.runID, cursor); err != nil {
			return publication{}, err
		}
	}
	if err := t.fingerprint(&c); err != nil {
		return publication{}, err
	}
	for _, s := range t.taken {
		c.Spools = append(c.Spools, s.state.ID)
	}
	p.next.Commits = append(p.next.Commits, c)
	return p, nil
}

// setCursor keeps the older cursor when the new one says the same, so that it
// is known how long it has stood.
func (p *publication) setCursor(source, runID string, cursor json.RawMessage) error {
	same, err := sameJSON(cursor, p.next.Cursors[source].Value)
	if err != nil || same {
		return err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, cursor); err != nil {
		return err
	}
	p.next.Cursors[source] = cursorEntry{RunID: runID, Value: compact.Bytes()}
	return nil
}

// freePath names a file after its run; a second one gets a number.
func freePath(taken map[string]bool, folder string, id StreamID, stem string) string {
	to := filePath(folder, id, stem)
	for n := 2; taken[to]; n++ {
		to = filePath(folder, id, stem+"-"+strconv.Itoa(n))
	}
	taken[to] = true
	return to
}

// fingerprint chains what the commit makes visible to what was visible before.
func (t *Txn) fingerprint(c *commit) error {
	if n := len(t.base.Commits); n > 0 {
		c.Fingerprint = t.base.Commits[n-1].Fingerprint
	}
	if !c.Visible {
		return nil
	}
	sum := sha256.New()
	enc := json.NewEncoder(sum)
	if err := enc.Encode(c); err != nil {
		return fmt.Errorf("fingerprint: %w", err)
	}
	for _, b := range t.batches {
		if err := enc.Encode([]any{b.id, b.rows, b.columns, b.key, b.file}); err != nil {
			return fmt.Errorf("fingerprint: %w", err)
		}
	}
	for _, r := range t.reads {
		if err := enc.Encode([]any{r.id, r.files, r.rows}); err != nil {
			return fmt.Errorf("fingerprint: %w", err)
		}
	}
	c.Fingerprint = hex.EncodeToString(sum.Sum(nil))
	return nil
}

// checkReadable refuses batches that could not be read together with the
// stream's other ones.
func (t *Txn) checkReadable(next *manifest) error {
	touched := map[StreamID]bool{}
	for _, b := range t.batches {
		touched[b.id] = true
	}
	_, err := newStreams(t.lake.dir, next, len(next.Commits)-1, func(id StreamID) bool { return touched[id] })
	return err
}

// quarantineOf counts the records of the files that are in quarantine now.
func (m *manifest) quarantineOf(id StreamID, files []string) int64 {
	wanted := make(map[string]bool, len(files))
	for _, file := range files {
		wanted[file] = true
	}
	var rows int64
	for _, r := range slices.Backward(m.Reads) {
		if r.id() != id {
			continue
		}
		for _, file := range r.Files {
			if wanted[file] {
				rows += r.Rows[file]
				delete(wanted, file)
			}
		}
	}
	return rows
}
