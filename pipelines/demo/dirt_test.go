package demo

import (
	"slices"
	"testing"
)

func TestDirtIsWhereItSays(t *testing.T) {
	c := New(Options{Seed: 1, End: lastDay})
	files := filesOf(t, c)
	counts := map[Fault]int{}
	for _, d := range c.Dirt() {
		counts[d.Fault]++
		header, records := parse(t, files[d.File])
		at := slices.IndexFunc(records, func(r record) bool { return r.line == d.Line })
		if at < 0 {
			t.Errorf("%+v: no record starts there", d)
			continue
		}
		rec := records[at]
		if rec.fields[0] != d.Key {
			t.Errorf("%+v: the key there is %q", d, rec.fields[0])
		}
		twins, same := 0, 0
		for _, r := range records {
			if r.line != rec.line && r.fields[0] == rec.fields[0] {
				twins++
				if slices.Equal(r.fields, rec.fields) {
					same++
				}
			}
		}
		found := broken(d.Entity, header, rec)
		switch d.Fault {
		case ExactCopy:
			if same != 1 || found != "" {
				t.Errorf("%+v: %d records are equal to it, want 1 (%s)", d, same, found)
			}
		case Contradiction:
			if twins != 1 || same != 0 || found != "" {
				t.Errorf("%+v: %d others have its key, %d of them equal, want 1 and 0 (%s)", d, twins, same, found)
			}
		case TooManyFields:
			if found != "fields" {
				t.Errorf("%+v: it has %d fields", d, len(rec.fields))
			}
		default:
			if found != d.Column || twins != 0 {
				t.Errorf("%+v: what is wrong is %q, and %d others have its key", d, found, twins)
			}
		}
	}
	want := map[Fault]int{
		ExactCopy: 5, Contradiction: 2, UnknownValue: 2, MissingValue: 1, WrongType: 2,
		BadCurrency: 1, EmptyPeriod: 1, OutOfScale: 1, TooManyFields: 1,
	}
	for fault, n := range want {
		if counts[fault] != n {
			t.Errorf("%s: %d records, want %d", fault, counts[fault], n)
		}
	}
	if len(counts) != len(want) {
		t.Errorf("faults %v, want %v", counts, want)
	}
}
