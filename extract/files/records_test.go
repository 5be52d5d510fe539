package files

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"lastro/extract"
)

// eachWay runs a test with files taken for small ones, which go through a table, and for large ones, which go through
// a first look at their keys and a Parquet file. What comes out must be the same.
func eachWay(t *testing.T, files map[string]string, test func(*testing.T, *world)) {
	t.Helper()
	for _, large := range []bool{false, true} {
		t.Run(map[bool]string{false: "small", true: "large"}[large], func(t *testing.T) {
			w := newWorld(t, files)
			w.large = large
			test(t, w)
		})
	}
}

func TestRecordsAreCastJudgedAndKept(t *testing.T) {
	eachWay(t, map[string]string{
		"fx_rates.csv": "day,currency,rate,note\n2024-01-02,USD,5.1,x\n2024-01-01,usd,5.1,\n2024-01-01,USD,5.12345678901249,\n,USD,5,\n2024-13-01,USD,5,\n2024-01-03,USD,-1,\n",
	}, func(t *testing.T, w *world) {
		r := w.read()
		equal(t, "counts", counts(r, "fx_rates"), "6 = 2 + 0 + 4")
		same(t, "records", w.current("fx_rates", "day, currency, rate, _extra, _source, _file, _line, _run_id"),
			`2024-01-02|USD|5.100000000000|{"note":"x"}|books|fx_rates.csv|2|run-01`,
			"2024-01-01|USD|5.123456789012|.|books|fx_rates.csv|4|run-01")
		same(t, "quarantine", w.quarantine(),
			`fx_rates.csv:3 currency: currency "usd" is no currency of three capital letters, as BRL`,
			"fx_rates.csv:5 day: day is missing",
			`fx_rates.csv:6 day: day "2024-13-01" is no date (YYYY-MM-DD)`,
			"fx_rates.csv:7 rate: rate -1 is not above 0")
		same(t, "raw records", w.records(), "2024-01-01,usd,5.1,", ",USD,5,", "2024-13-01,USD,5,", "2024-01-03,USD,-1,")
		if len(r.Streams[0].Warnings) != 1 || r.Streams[0].Warnings[0] != "fx_rates does not know the columns note: they are kept in _extra" {
			t.Errorf("warnings are %v", r.Streams[0].Warnings)
		}
	})
}

func TestBrokenRecordsAreSetAsideWithTheirLines(t *testing.T) {
	eachWay(t, map[string]string{
		"events.csv": "id,text\n1,\"two\nlines\"\n2,\n3\n4,x,y\nid,text\n\n5,a\x00b\n6,Jo\xe3o\n7,\"x\"y\n8,\"p\n9,q\n10,\"r\"\n11,s",
	}, func(t *testing.T, w *world) {
		r := w.read()
		equal(t, "counts", counts(r, "events"), "12 = 5 + 0 + 7")
		same(t, "records", w.current("events", "id, text, _line"), "1|two\nlines|2", "2|.|4", "9|q|13", "10|r|14", "11|s|15")
		same(t, "quarantine", w.quarantine(),
			"events.csv:5: the record has 1 field, the header has 2",
			"events.csv:6: the record has 3 fields, the header has 2",
			"events.csv:7: the record is a second header: the names of the columns again",
			"events.csv:9: the record holds a NUL byte",
			"events.csv:10: the record holds bytes that are not UTF-8: declare encoding: latin1 if the file is written so",
			"events.csv:11: the record has broken quotes: field 2 goes on after its closing quote (a quote inside quotes is written twice)",
			"events.csv:12: the record has broken quotes: the quote that opens field 2 in line 12 closes in line 14 in the middle of a text (a quote inside quotes is written twice)")
		same(t, "raw records", w.records(), "3", "4,x,y", "id,text", `5,a\x00b`, `6,Jo\xe3o`, `7,"x"y`, `8,"p`)
	})
}

func TestCopiesAndContradictions(t *testing.T) {
	eachWay(t, map[string]string{
		"accounts.1.csv": "account_id,name\na,Ana\nb,Bia\na,Ana\nc,Caio\nc,Caio C.\nd,\n,x\n",
		"accounts.2.csv": "account_id,name,segment\nb,Bia,\nd,Davi,\nc,Caio,\ne,Eva,smb\n",
	}, func(t *testing.T, w *world) {
		r := w.read()
		equal(t, "counts", counts(r, "accounts"), "11 = 3 + 3 + 5")
		same(t, "records", w.current("accounts", "account_id, name, segment, _file, _line"),
			"a|Ana|.|accounts.1.csv|2", "b|Bia|.|accounts.1.csv|3", "e|Eva|smb|accounts.2.csv|5")
		same(t, "quarantine", w.quarantine(),
			`accounts.1.csv:5 account_id: account_id "c" comes again with different content in line 6 (it differs in name)`,
			`accounts.1.csv:6 account_id: account_id "c" comes again with different content in line 5 (it differs in name)`,
			`accounts.1.csv:7 account_id: account_id "d" comes again with different content in line 3 of accounts.2.csv (it differs in name)`,
			"accounts.1.csv:8 account_id: account_id is missing",
			`accounts.2.csv:3 account_id: account_id "d" comes again with different content in line 7 of accounts.1.csv (it differs in name)`)
	})
}

func TestContradictionsOfKeysThatAreNotText(t *testing.T) {
	eachWay(t, map[string]string{
		"account_history.csv": "account_id,valid_from,segment\na,2024-01-02,x\na,2024-01-02 00:00:00,x\na,2024-01-01,x\nb,2024-01-01,x\nb,2024-01-01T12:00:00Z,y\n",
		"benchmarks.csv":      "metric,segment,source,year,low\nnrr,,s,,1\nnrr,,s,,1.0\nnrr,,s,2024,1\nnrr,,s,2025,1\nnrr,,s,2025,2\n",
	}, func(t *testing.T, w *world) {
		r := w.read()
		equal(t, "account_history", counts(r, "account_history"), "5 = 2 + 1 + 2")
		equal(t, "benchmarks", counts(r, "benchmarks"), "5 = 2 + 1 + 2")
		same(t, "quarantine", w.quarantine(),
			`account_history.csv:5 account_id, valid_from: account_id "b", valid_from "2024-01-01" comes again with different content in line 6 (it differs in segment)`,
			`account_history.csv:6 account_id, valid_from: account_id "b", valid_from "2024-01-01" comes again with different content in line 5 (it differs in segment)`,
			`benchmarks.csv:5 metric, segment, source, year: metric "nrr", segment empty, source "s", year "2025" comes again with different content in line 6 (it differs in low)`,
			`benchmarks.csv:6 metric, segment, source, year: metric "nrr", segment empty, source "s", year "2025" comes again with different content in line 5 (it differs in low)`)
	})
}

func TestManyVariantsOfOneKey(t *testing.T) {
	var file strings.Builder
	file.WriteString("account_id,name\n")
	for i := range 40 {
		fmt.Fprintf(&file, "a,%d\n", i/2)
	}
	eachWay(t, map[string]string{"accounts.csv": file.String()}, func(t *testing.T, w *world) {
		equal(t, "counts", counts(w.read(), "accounts"), "40 = 0 + 20 + 20")
		equal(t, "the first of the quarantine", w.quarantine()[0],
			`accounts.csv:2 account_id: account_id "a" comes again with different content in line 4, line 6, line 8, line 10, line 12 and 14 more places (it differs in name)`)
	})
}

// TestABadRecordIsNoTwin: a record that is bad by itself neither contradicts the good one of its key nor hides it.
func TestABadRecordIsNoTwin(t *testing.T) {
	eachWay(t, map[string]string{
		"contracts.csv": "contract_id,account_id,term_start,term_end,value,currency\nk,a,2024-01-01,2023-01-01,5,BRL\nk,a,2024-01-01,2025-01-01,5,BRL\nj,a,2024-01-01,2025-01-01,5,BRL\n",
	}, func(t *testing.T, w *world) {
		equal(t, "counts", counts(w.read(), "contracts"), "3 = 2 + 0 + 1")
		same(t, "records", w.current("contracts", "contract_id, _line"), "k|3", "j|4")
	})
}

func TestStreamsWithoutKey(t *testing.T) {
	eachWay(t, map[string]string{"log.1.csv": "a,b\n1,x\n1,x\n2,\n", "log.2.csv": "a,c\n1,x\n3,z\n"}, func(t *testing.T, w *world) {
		equal(t, "counts", counts(w.read(), "log"), "5 = 4 + 1 + 0")
		same(t, "records", w.current("log", "a, b, c, _extra, _file, _line"),
			"1|x|.|.|log.1.csv|2", "2|.|.|.|log.1.csv|4", "1|.|x|.|log.2.csv|2", "3|.|z|.|log.2.csv|3")

		w.put("log.1.csv", "a,b\n9,y\n")
		equal(t, "counts of the second run", counts(w.read(), "log"), "1 = 1 + 0 + 0")
		same(t, "records of the second run", w.current("log", "a, _file, _line"), "9|log.1.csv|2", "1|log.2.csv|2", "3|log.2.csv|3")

		w.put("log.1.csv", "a,b\n")
		w.read()
		same(t, "records of the third run", w.current("log", "a, _file, _line"), "1|log.2.csv|2", "3|log.2.csv|3")
	})
}

func TestDeclaredStreams(t *testing.T) {
	eachWay(t, map[string]string{
		"subs.csv": "Id,Started,Price,Note\ns1,31-01-2024,\"1.234,56\",\ns2,2024-01-31,\"1,5\",x\n,01-02-2024,\"1,5\",\ns3,01-02-2024,,\ns4,01-02-2024,1.5,\ns1,31-01-2024,\"1.234,56\",\n",
	}, func(t *testing.T, w *world) {
		yes := true
		w.config.Streams = map[string]Stream{"subs": {
			Key:     []string{"id"},
			Columns: map[string]Column{"started": {Type: "date"}, "price": {Type: "money", Required: true}, "ended": {Type: "date"}},
			Options: Options{DateFormat: "%d-%m-%Y", DecimalComma: &yes},
		}}
		equal(t, "counts", counts(w.read(), "subs"), "6 = 1 + 1 + 4")
		same(t, "records", w.current("subs", "*exclude(_first_seen)"), "s1|2024-01-31|1234.5600|.|.|.|books|subs.csv|2|run-01")
		same(t, "quarantine", w.quarantine(),
			`subs.csv:3 Started: Started "2024-01-31" is not of the form %d-%m-%Y`,
			"subs.csv:4 Id: Id is missing",
			"subs.csv:5 Price: Price is missing",
			`subs.csv:6 Price: Price "1.5" is no number written with a decimal comma, as 1.234,56`)
	})
}

func TestACanonicalNameCanBeAStreamOfItsOwn(t *testing.T) {
	no := false
	for name, config := range map[string]Stream{
		"by its key": {Key: []string{"id"}}, "by its columns": {Columns: map[string]Column{"id": {Type: "integer"}}}, "by choice": {Canonical: &no},
	} {
		w := newWorld(t, map[string]string{"accounts.csv": "id,signup\n1,x\n"})
		w.config.Streams = map[string]Stream{"accounts": config}
		equal(t, name, counts(w.read(), "accounts"), "1 = 1 + 0 + 0")
		same(t, name, w.current("accounts", "id, signup, _extra"), "1|x|.")
	}
}

func TestNamesOfColumnsMayBeAnything(t *testing.T) {
	eachWay(t, map[string]string{"odd.csv": "\"a \"\"b\"\"\",select,r,_plain0,é x,,_copy\n1,2,3,4,5,6,7\n1,2,3,4,5,6,7\n"}, func(t *testing.T, w *world) {
		w.config.Streams = map[string]Stream{"odd": {Key: []string{"Select"}, Columns: map[string]Column{"_plain0": {Type: "money"}, `A "b"`: {Type: "integer"}}}}
		equal(t, "counts", counts(w.read(), "odd"), "2 = 1 + 1 + 0")
		same(t, "records", w.current("odd", `"a ""b""", "select", r, _plain0, "é x", column_6, _copy`), "1|2|3|4.0000|5|6|7")
	})
}

func TestACancelledReadingEnds(t *testing.T) {
	w := newWorld(t, map[string]string{"accounts.csv": "account_id\n" + strings.Repeat("a\nb\nc\n", 100_000)})
	txn, err := w.lake.Begin("run", w.clock)
	w.must(err)
	defer func() { w.must(txn.Abort()) }()
	ctx, cancel := context.WithCancel(t.Context())
	_, err = w.source().Read(ctx, extract.Session{Txn: txn, Known: w.known(), Conn: w.conn, Progress: func(p extract.Progress) {
		if p.Done > 0 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
