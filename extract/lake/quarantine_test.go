package lake

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func quarantineRun(t *testing.T, l *Lake, n int, files []string, records ...QuarantinedRecord) {
	t.Helper()
	commitRun(t, l, fmt.Sprintf("r%d", n), hour(n), func(txn *Txn) error {
		txn.Count(items, Counts{Read: int64(len(records)) + 1, Dropped: 1, Quarantined: int64(len(records))})
		return txn.Quarantine(t.Context(), items, files, bad(records...))
	})
}

func TestQuarantineOfLatestReadingCounts(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	rows := func(v *View) []string {
		return query(t, conn, "select run_id, file, line, column_name, reason, record from ("+v.QuarantineSQL()+") order by all")
	}
	equal(t, "none", rows(now(t, l)), nil)
	equal(t, "types", query(t, conn, "select string_agg(column_type, ' ') from (describe "+now(t, l).QuarantineSQL()+")"),
		[]string{"VARCHAR VARCHAR VARCHAR VARCHAR BIGINT VARCHAR VARCHAR VARCHAR"})

	quarantineRun(t, l, 1, []string{"a", "b", "o'c"},
		QuarantinedRecord{"a", 2, "amount", "negative", "1,-5"},
		QuarantinedRecord{"o'c", 3, "", "twice", "x\xff\x00y"})
	first := []string{"r1|a|2|amount|negative|1,-5", "r1|o'c|3|<nil>|twice|x\uFFFD\x00y"}
	equal(t, "first", rows(now(t, l)), first)
	equal(t, "types", query(t, conn, "select string_agg(column_type, ' ') from (describe "+now(t, l).QuarantineSQL()+")"),
		[]string{"VARCHAR VARCHAR VARCHAR VARCHAR BIGINT VARCHAR VARCHAR VARCHAR"})

	quarantineRun(t, l, 2, []string{"a"})
	equal(t, "a is clean now", rows(now(t, l)), first[1:])
	quarantineRun(t, l, 3, []string{"b", "o'c"}, QuarantinedRecord{"b", 9, "id", "missing", ""})
	equal(t, "last", rows(now(t, l)), []string{"r3|b|9|id|missing|"})
	then, err := l.AsKnownByRun("r1")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "as known by r1", rows(then), first)
	checkModes(t, l.dir)
}

func TestQuarantineRefuses(t *testing.T) {
	l := newLake(t)
	txn, err := l.Begin("r1", hour(1))
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, txn.Quarantine(t.Context(), items, []string{"a"}, bad(QuarantinedRecord{File: "b"})), `file "b"`, "not among the files")
	broken := func(yield func(QuarantinedRecord, error) bool) {
		_ = yield(QuarantinedRecord{File: "a"}, nil) && yield(QuarantinedRecord{}, errors.New("source fell over"))
	}
	wantError(t, txn.Quarantine(t.Context(), items, []string{"a"}, broken), "shop.items", "source fell over")
	if err := txn.Quarantine(t.Context(), items, []string{"a", "c"}, nil); err != nil {
		t.Fatal(err)
	}
	wantError(t, txn.Quarantine(t.Context(), items, []string{"c"}, nil), "covered twice")
	if err := txn.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(now(t, l).m.Commits); n != 0 {
		t.Error("a reading that found nothing committed")
	}
	wantError(t, txn.Quarantine(t.Context(), items, nil, nil), "has ended")
}

// TestQuarantineTakesLargeRecords writes more than a row group can hold.
func TestQuarantineTakesLargeRecords(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	large := strings.Repeat("0123456789", 1<<20)
	var records []QuarantinedRecord
	for line := range 5 {
		records = append(records, QuarantinedRecord{"a", int64(line), "", "too large", large})
	}
	quarantineRun(t, l, 1, []string{"a"}, records...)
	equal(t, "sizes", query(t, conn, "select count(*), min(length(record)), count(distinct line) from ("+now(t, l).QuarantineSQL()+")"),
		[]string{"5|10485760|5"})
}
