package records

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"

	"github.com/zeebo/xxh3"

	"lastro/extract/lake"
)

// deletedColumn says of each row whether the API has deleted the record.
const deletedColumn = "_deleted"

// systemColumns are the lake's own, as its batches must have them.
var systemColumns = []string{"_extra", "_source", "_file", "_line", "_run_id", "_first_seen"}

// Writer gathers records as the columns of a page group and writes them, when it is closed, as one Parquet file. It is
// for one goroutine.
type Writer struct {
	options Options
	columns []*column
	fields  *field
	known   map[string]bool
	unknown int // fields that are kept in mind without being wanted

	extra  column // _extra
	gone   []byte // _deleted
	lines  []int64
	keys   keyTable // the row of each key
	dead   []bool   // rows of which a later one has the key; nil: none
	slots  []uint32 // the node of each column in the record at hand
	rows   []uint32 // those that are written
	shelf  *shelf
	goneAt uint32 // the node that says whether it is deleted
	key    []byte
	number int64 // of the record at hand, from 1

	group Group
	ended bool
}

// Group is a page group that was written.
type Group struct {
	File        string // in Options.Dir, complete but not yet synced; empty when there are no rows
	Rows        int64
	Tally       Tally
	Quarantined []lake.QuarantinedRecord
	Aside       [][]string // the keys of those, as text, as far as they can be read
	Drift       Drift
	Fields      []string // of the records, at their top, sorted: all that were seen
}

// most is how many fields are remembered, lest an API that has ids for keys fill the memory.
const most = 10_000

// New begins a page group.
func New(o Options) (*Writer, error) {
	w, err := newWriter(o)
	if err != nil {
		return nil, fmt.Errorf("records of %s: %w", o.Stream, err)
	}
	w.borrow()
	return w, nil
}

func newWriter(o Options) (*Writer, error) {
	w := &Writer{options: o, extra: column{name: "_extra"}, number: o.Before}
	deleted, err := pathOf(o.DeletedWhen)
	if err != nil {
		return nil, err
	}
	if w.columns, err = newColumns(o); err != nil {
		return nil, err
	}
	masks, err := newMaskers(o.Masks)
	if err != nil {
		return nil, err
	}
	if w.fields, err = newFields(w.columns, masks, deleted); err != nil {
		return nil, err
	}
	if err := checkKeys(w.columns); err != nil {
		return nil, err
	}
	for _, c := range w.columns {
		if c.mask != nil { // what is masked is text, whatever it was
			c.form = asText
		}
	}
	if o.Known != nil {
		w.known = make(map[string]bool, len(o.Known))
		for _, name := range o.Known {
			w.known[name] = true
		}
	}
	w.slots = make([]uint32, len(w.columns))
	w.group.Drift.Conflicts = map[string]int64{}
	return w, nil
}

var errEnded = errors.New("the page group has ended")

// Add takes all records of a page, with the same values of the With columns; one that with lacks is NULL. A selector
// that finds no list is an error, never an empty list. What it takes it copies: the page may be freed.
func (w *Writer) Add(p *Page, selector string, with map[string]string) (Tally, error) {
	if w.ended {
		return Tally{}, errEnded
	}
	items, ok := p.list(0, selector)
	if !ok {
		return Tally{}, fmt.Errorf("records of %s: the page has no list at %q", w.options.Stream, selector)
	}
	var t Tally
	for _, at := range items {
		t.add(w.record(p, at, with))
	}
	w.group.Tally.add(t)
	return t, nil
}

// AddRecord takes one record.
func (w *Writer) AddRecord(r Record, with map[string]string) (Tally, error) {
	if w.ended {
		return Tally{}, errEnded
	}
	t := w.record(r.page, r.at, with)
	w.group.Tally.add(t)
	return t, nil
}

// Delete says that the record of a key is gone: a row that has the key's columns and _deleted, all else NULL. It counts
// as read and accepted.
func (w *Writer) Delete(key []string) error {
	if w.ended {
		return errEnded
	}
	if len(key) != len(w.options.Key) {
		return fmt.Errorf("records of %s: a key has %d columns, not %d", w.options.Stream, len(w.options.Key), len(key))
	}
	w.number++
	row := len(w.lines)
	for _, c := range w.columns {
		i := slices.Index(w.options.Key, c.name)
		if i < 0 {
			c.null()
			continue
		}
		if c.form == asText {
			c.addText(key[i])
			continue
		}
		if err := c.read([]byte(key[i]), false); err != nil {
			for _, c := range w.columns {
				c.cut(row)
			}
			return fmt.Errorf("records of %s: delete key %v: column %s: %w", w.options.Stream, key, c.name, err)
		}
	}
	w.extra.null()
	t := w.keep(row, true)
	w.group.Tally.add(t)
	return nil
}

// record takes one record: a row, or a record in quarantine.
func (w *Writer) record(p *Page, at uint32, with map[string]string) Tally {
	w.number++
	if p.nodes[at].kind != isObject {
		return w.quarantine(p, at, &mistake{reason: "the record is no object"})
	}
	clear(w.slots)
	w.goneAt = 0
	row := len(w.lines)
	w.walk(p, at)
	gone := w.goneAt != 0 && p.truth(w.goneAt)
	var wrong *mistake
	for i, c := range w.columns {
		var m *mistake
		if c.with {
			m = c.takeWith(with)
		} else {
			m = c.take(p, w.slots[i])
		}
		if m == nil {
			continue
		}
		if gone && !c.key { // of a record that is deleted nothing counts but its key
			c.cut(row)
			c.null()
			continue
		}
		if m.conflict {
			w.group.Drift.Conflicts[c.name]++
		}
		if wrong == nil {
			wrong = m
		}
		c.cut(row)
		c.null()
	}
	if wrong != nil {
		key := w.keyText(row)
		for _, c := range w.columns {
			c.cut(row)
		}
		w.extra.cut(row)
		if key != nil {
			w.group.Aside = append(w.group.Aside, key)
		}
		return w.quarantine(p, at, wrong)
	}
	return w.keep(row, gone)
}

// keyText gives the key of a row as text, nil when a part of it is missing or is neither text nor an integer.
func (w *Writer) keyText(row int) []string {
	var key []string
	for _, name := range w.options.Key {
		i := slices.IndexFunc(w.columns, func(c *column) bool { return c.name == name })
		switch c := w.columns[i]; {
		case c.defined[row] == 0:
			return nil
		case c.form == asText:
			key = append(key, string(c.value(row)))
		case c.form == asInteger:
			key = append(key, strconv.FormatInt(c.numbers[row], 10))
		default:
			return nil
		}
	}
	return key
}

func (c *column) takeWith(with map[string]string) *mistake {
	value, ok := with[c.name]
	switch {
	case !ok || (c.required && value == ""):
		return c.none()
	case c.mask.drops():
		c.null()
	default:
		c.addText(value)
	}
	return nil
}

// keep ends a row of which every column has its value.
func (w *Writer) keep(row int, deleted bool) Tally {
	w.lines = append(w.lines, w.number)
	gone := byte(0)
	if deleted {
		gone = 1
	}
	w.gone = append(w.gone, gone)
	t := Tally{Read: 1, Accepted: 1}
	if w.dead != nil {
		w.dead = append(w.dead, false)
	}
	if len(w.options.Key) == 0 {
		return t
	}
	if earlier, again := w.keys.put(w.keyOf(row)); again {
		if w.dead == nil {
			w.dead = make([]bool, row+1)
		}
		w.dead[earlier] = true
		t.Accepted, t.Dropped = 0, 1
	}
	return t
}

// keyOf gives the hash of the key's values.
func (w *Writer) keyOf(row int) xxh3.Uint128 {
	w.key = w.key[:0]
	for _, c := range w.columns {
		if !c.key {
			continue
		}
		if c.isBytes() {
			value := c.value(row)
			w.key = appendNumber(w.key, int64(len(value)))
			w.key = append(w.key, value...)
		} else {
			w.key = appendNumber(w.key, c.numbers[row])
		}
	}
	return xxh3.Hash128(w.key)
}

func appendNumber(to []byte, v int64) []byte {
	return append(to, byte(v), byte(v>>8), byte(v>>16), byte(v>>24), byte(v>>32), byte(v>>40), byte(v>>48), byte(v>>56))
}

func (w *Writer) quarantine(p *Page, at uint32, m *mistake) Tally {
	w.group.Quarantined = append(w.group.Quarantined, lake.QuarantinedRecord{
		File: w.options.File, Line: w.number, Column: m.column, Reason: m.reason,
		Record: string(p.appendMasked(nil, at, w.fields, false)),
	})
	return Tally{Read: 1, Quarantined: 1}
}

// Last is the number of the last record in the reading: how many there were, this group's among them.
func (w *Writer) Last() int64 { return w.number }

// Size gives the rows so far and about how many bytes they are.
func (w *Writer) Size() (rows, bytes int64) {
	bytes = int64(len(w.extra.text) + 12*len(w.lines))
	for _, c := range w.columns {
		bytes += int64(len(c.text) + 8*len(c.numbers) + 5*len(c.defined))
	}
	for _, q := range w.group.Quarantined {
		bytes += int64(len(q.Record) + len(q.Reason))
	}
	return int64(len(w.lines)), bytes
}

// Close ends the group: it writes the file. With Freeze, a field that is new or a value of another type is a *DriftError.
func (w *Writer) Close() (Group, error) {
	if w.ended {
		return Group{}, errEnded
	}
	w.ended = true
	defer w.giveBack()
	g := w.group
	w.drift(&g)
	if w.options.Freeze && (len(g.Drift.New) > 0 || len(g.Drift.Conflicts) > 0) {
		return Group{}, &DriftError{w.options.Stream, g.Drift}
	}
	g.Rows = g.Tally.Accepted
	if g.Rows == 0 {
		return g, nil
	}
	file, err := w.writeFile()
	if err != nil {
		return Group{}, fmt.Errorf("write records of %s: %w", w.options.Stream, err)
	}
	g.File = file
	return g, nil
}

func (w *Writer) writeFile() (name string, err error) {
	file, err := os.CreateTemp(w.options.Dir, w.options.Stream.Stream+"-*.parquet")
	if err != nil {
		return "", err
	}
	err = w.writeParquet(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// Abort ends the group without a file. After Close it does nothing.
func (w *Writer) Abort() error {
	w.ended = true
	w.giveBack()
	return nil
}

func (t *Tally) add(d Tally) {
	t.Read += d.Read
	t.Accepted += d.Accepted
	t.Dropped += d.Dropped
	t.Quarantined += d.Quarantined
}
