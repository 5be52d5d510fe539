// Package chaos runs the rest source against a scripted API with a known truth, on good days and on bad ones.
package chaos

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"lastro/extract/sourcetest"
)

// thing is a record of the world, as it is now.
type thing struct {
	sourcetest.Record
	gone bool
}

// world is what the API knows. Its clock goes on with every request, and when a client waits.
type world struct {
	mu     sync.Mutex
	clock  time.Time
	things map[string]*thing
	// past has for every record what it was, since the last call of begin: a reading may show any of these.
	past  map[string][]string
	there map[string]bool // those that there were then
	made  int
}

func newWorld() *world {
	return &world{
		clock: time.Date(2026, 3, 1, 2, 30, 0, 0, time.UTC), things: map[string]*thing{}, past: map[string][]string{},
	}
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func (t *thing) row() string { return fmt.Sprintf("%s|%s|%v", t.ID, t.Name, t.Amount) }

func (w *world) put(r sourcetest.Record) {
	if r.ChangedAt.IsZero() {
		r.ChangedAt = w.clock
	}
	w.things[r.ID] = &thing{Record: r}
	w.past[r.ID] = append(w.past[r.ID], w.things[r.ID].row())
}

func (w *world) remove(id string) {
	if t := w.things[id]; t != nil {
		t.gone, t.ChangedAt = true, w.clock
		w.past[id] = append(w.past[id], "")
	}
}

// begin begins the past anew.
func (w *world) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.past, w.there = map[string][]string{}, map[string]bool{}
	for id, t := range w.things {
		w.past[id], w.there[id] = []string{t.row()}, !t.gone
		if t.gone {
			w.past[id] = []string{""}
		}
	}
}

// rows are the records as they are now.
func (w *world) rows() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var rows []string
	for _, t := range w.things {
		if !t.gone {
			rows = append(rows, t.row())
		}
	}
	slices.Sort(rows)
	return rows
}

// list gives the records in the order of their ids, as far as asked for.
func (w *world) list(since time.Time, deleted bool) []*thing {
	var list []*thing
	for _, t := range w.things {
		if (deleted || !t.gone) && !t.ChangedAt.Before(since) {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b *thing) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// ids are those of the records there are.
func (w *world) ids() []string {
	ids := slices.Sorted(maps.Keys(w.things))
	return slices.DeleteFunc(ids, func(id string) bool { return w.things[id].gone })
}

// live lets something happen: a record comes, changes, is deleted, or changes some time before anybody sees it.
func (w *world) live(random *rand.Rand) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ids := w.ids()
	one := ""
	if len(ids) > 0 {
		one = ids[random.IntN(len(ids))]
	}
	w.made++
	changed := sourcetest.Record{ID: one, Name: fmt.Sprint("changed ", w.made), Amount: random.IntN(1000)}
	switch n := random.IntN(10); {
	case one == "" || n < 4:
		w.put(sourcetest.Record{ID: fmt.Sprintf("t%04d", random.IntN(10000)), Name: fmt.Sprint("new ", w.made), Amount: w.made})
	case n < 7:
		w.put(changed)
	case n < 8:
		changed.ChangedAt = w.clock.Add(-30 * time.Minute)
		w.put(changed)
	default:
		w.remove(one)
	}
}

// drift gives a record a form that nobody told of.
func (w *world) drift(random *rand.Rand, how fault) (id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ids := w.ids()
	if len(ids) == 0 {
		return ""
	}
	r := w.things[ids[random.IntN(len(ids))]].Record
	r.ChangedAt, r.More, r.Lost = w.clock, nil, nil
	w.made++
	switch how {
	case changedType:
		r.Amount = "lots"
	case newField:
		r.More = map[string]any{fmt.Sprint("field_", w.made): "new"}
	}
	w.put(r)
	return r.ID
}
