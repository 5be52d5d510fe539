package records

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"lastro/extract/rest/spec"
)

func TestTypesOfTheFile(t *testing.T) {
	t.Parallel()
	g := write(t, options(t), `[{"id": "a"}]`, nil)
	equal(t, "columns", rows(t, g, "select column_name, column_type from (describe from file)"), []string{
		"(id, VARCHAR)", "(amount, DECIMAL(18,4))", "(at, TIMESTAMP)", "(big, DECIMAL(38,10))", "(created, TIMESTAMP)", "(day, DATE)", "(dotted, VARCHAR)",
		"(every, VARCHAR)", "(every_n, BIGINT)", "(first_line, VARCHAR)", "(ms, TIMESTAMP)", "(n, BIGINT)", "(ok, BOOLEAN)", "(rate, DECIMAL(24,12))",
		"(ratio, DOUBLE)", "(small, DECIMAL(5,2))", "(tags, VARCHAR)", "(parent, VARCHAR)", "(_deleted, BOOLEAN)", "(_extra, VARCHAR)", "(_source, VARCHAR)",
		"(_file, VARCHAR)", "(_line, BIGINT)", "(_run_id, VARCHAR)", "(_first_seen, TIMESTAMP)",
	})
}

func TestValues(t *testing.T) {
	t.Parallel()
	g := write(t, options(t), `[
		{"id": "a", "amount": 1234567890123.4567, "n": 9223372036854775807, "ok": true, "day": "2026-02-28", "at": "2026-01-31T23:30:00.123456-03:00",
		 "created": 1769826600, "ms": 1769826600123, "ratio": 0.1, "big": 1234567890123456789012345678.0123456789, "small": -999.99, "rate": 0.1234567890125,
		 "recurring": {"interval": "month", "count": 3, "rest": [1, 2]}, "lines": {"data": [{"id": "l1", "x": 1}]}, "tags": [ "x", {"y": 1} ], "a.b": "dot",
		 "new": 12345678901234567890.10, "more": {"deep": [ 1, {"z": null} ]}, "text": "caf\u00e9 \ud83d\ude00 \"q\"", "deleted": false},
		{"id": 7, "amount": "-0.0001", "n": "12", "ok": "false", "day": "2026-01-31T23:30:00-03:00", "at": "2026-01-31", "created": "1769826600.5", "ms": "0",
		 "ratio": "1e300", "big": "-1", "small": 1e2, "recurring": {"interval": "year", "count": "1"}, "tags": {"k": "v"}, "deleted": true},
		{"id": "c", "amount": "", "n": "", "ok": "", "day": "", "at": null, "created": null, "ratio": "", "recurring": null, "lines": {"data": []}, "tags": null}
	]`, map[string]string{"parent": "p1"})
	if g.Rows != 3 || g.Tally != (Tally{3, 3, 0, 0}) || len(g.Quarantined) > 0 {
		t.Fatalf("%+v", g)
	}
	equal(t, "numbers", rows(t, g, "select id, amount, n, ok, ratio, big, small, rate from file"), []string{
		"(a, 1234567890123.4567, 9223372036854775807, true, 0.1, 1234567890123456789012345678.0123456789, -999.99, 0.123456789013)",
		"(7, -0.0001, 12, false, 1e+300, -1.0000000000, 100.00, NULL)", "(c, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
	})
	equal(t, "moments", rows(t, g, "select \"day\", \"at\", created, ms from file"), []string{
		"(2026-02-28, 2026-02-01 02:30:00.123456, 2026-01-31 02:30:00, 2026-01-31 02:30:00.123)",
		"(2026-02-01, 2026-01-31 00:00:00, 2026-01-31 02:30:00.5, 1970-01-01 00:00:00)", "(NULL, NULL, NULL, NULL)",
	})
	equal(t, "nested", rows(t, g, "select every, every_n, first_line, tags, dotted, parent, _deleted from file"), []string{
		`(month, 3, l1, ["x",{"y":1}], dot, p1, false)`, `(year, 1, NULL, {"k":"v"}, NULL, p1, true)`, `(NULL, NULL, NULL, NULL, NULL, p1, false)`,
	})
	equal(t, "extra", rows(t, g, "select _extra::json, json_valid(_extra) from file"), []string{
		`({"recurring":{"rest":[1,2]},"lines":{"data":[{"id":"l1","x":1}]},"new":12345678901234567890.10,"more":{"deep":[1,{"z":null}]},` +
			`"text":"caf\u00e9 \ud83d\ude00 \"q\"","deleted":false}, true)`,
		`({"deleted":true}, true)`, `({"recurring":null,"lines":{"data":[]}}, true)`,
	})
	equal(t, "text", rows(t, g, "select json_extract_string(_extra, '$.text') from file limit 1"), []string{`(café 😀 "q")`})
	equal(t, "system", rows(t, g, "select distinct _source, _file, _run_id, _first_seen, min(_line) over (), max(_line) over () from file"), []string{
		"(shop, /orders, r1, 2026-01-31 02:30:00.123456, 1, 3)",
	})
	if got := strings.Join(g.Fields, " "); got != "a.b amount at big created day deleted id lines more ms n new ok rate ratio recurring small tags text" {
		t.Errorf("fields: %s", got)
	}
}

func TestExtraIsNullWhenColumnsTakeEverything(t *testing.T) {
	t.Parallel()
	g := write(t, options(t), `[{"id": "a", "n": 1, "recurring": {"interval": "month"}}, {"id": "b", "recurring": {}}, {"id": "c", "odd": "\ud800"}]`, nil)
	equal(t, "extra", rows(t, g, "select id, _extra, json_valid(_extra) from file"), []string{
		"(a, NULL, NULL)", `(b, {"recurring":{}}, true)`, `(c, {"odd":"\ufffd"}, true)`,
	})
}

func TestWhatBreaksARuleGoesToQuarantine(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Before = 10
	o.Columns["need"] = spec.Column{Type: "integer", Required: true}
	g := write(t, o, `[
		{"id": "a", "need": 1},
		{"id": "b"}, {"id": "b", "need": null}, {"id": "b", "need": ""}, {"need": 1}, {"id": "", "need": 1},
		{"id": "c", "need": 1, "n": 1.5}, {"id": "c", "need": 1, "n": 9223372036854775808}, {"id": "c", "need": 1, "n": true}, {"id": "c", "need": 1, "n": "x y"},
		{"id": "c", "need": 1, "amount": 0.00001}, {"id": "c", "need": 1, "amount": {"value": 1}}, {"id": "c", "need": 1, "small": 1000},
		{"id": "c", "need": 1, "ok": 1}, {"id": "c", "need": 1, "ok": "yes"}, {"id": "c", "need": 1, "at": 1769826600}, {"id": "c", "need": 1, "day": "31.1.2026"},
		{"id": "c", "need": 1, "created": "2026-01-31"}, {"id": "c", "need": 1, "ratio": "inf"}, {"id": "c", "need": 1, "ratio": 1e999},
		{"id": {"x": 1}, "need": 1}, {"id": "c", "need": 1, "recurring": {"interval": [ 1 ]}}, 5, null, [1],
		{"id": "z", "need": 2}
	]`, nil)
	if g.Rows != 2 || g.Tally != (Tally{26, 2, 0, 24}) {
		t.Errorf("%d rows, %+v", g.Rows, g.Tally)
	}
	equal(t, "rows", rows(t, g, "select id, need, _line from file"), []string{"(a, 1, 11)", "(z, 2, 36)"})
	equal(t, "quarantine", reasons(g), []string{
		`/orders 12 need: is missing: {"id":"b"}`, `/orders 13 need: is missing: {"id":"b","need":null}`, `/orders 14 need: is missing: {"id":"b","need":""}`,
		`/orders 15 id: is missing: {"need":1}`, `/orders 16 id: is missing: {"id":"","need":1}`,
		`/orders 17 n: 1.5 is no whole number: {"id":"c","need":1,"n":1.5}`,
		`/orders 18 n: 9223372036854775808 is too large for the column: {"id":"c","need":1,"n":9223372036854775808}`,
		`/orders 19 n: true is of another type than the column: {"id":"c","need":1,"n":true}`,
		`/orders 20 n: "x y" is no number: {"id":"c","need":1,"n":"x y"}`,
		`/orders 21 amount: 0.00001 has more decimals than the column keeps: {"id":"c","need":1,"amount":0.00001}`,
		`/orders 22 amount: {"value":1} is of another type than the column: {"id":"c","need":1,"amount":{"value":1}}`,
		`/orders 23 small: 1000 is too large for the column: {"id":"c","need":1,"small":1000}`,
		`/orders 24 ok: 1 is of another type than the column: {"id":"c","need":1,"ok":1}`,
		`/orders 25 ok: "yes" is neither true nor false: {"id":"c","need":1,"ok":"yes"}`,
		`/orders 26 at: 1769826600 is of another type than the column: {"id":"c","need":1,"at":1769826600}`,
		`/orders 27 day: "31.1.2026" is no date as 2026-01-31: {"id":"c","need":1,"day":"31.1.2026"}`,
		`/orders 28 created: "2026-01-31" is no number of seconds since 1970: {"id":"c","need":1,"created":"2026-01-31"}`,
		`/orders 29 ratio: "inf" is no number: {"id":"c","need":1,"ratio":"inf"}`,
		`/orders 30 ratio: 1e999 is too large for the column: {"id":"c","need":1,"ratio":1e999}`,
		`/orders 31 id: {"x":1} is of another type than the column: {"id":{"x":1},"need":1}`,
		`/orders 32 every: [1] is of another type than the column: {"id":"c","need":1,"recurring":{"interval":[1]}}`,
		`/orders 33 : the record is no object: 5`, `/orders 34 : the record is no object: null`, `/orders 35 : the record is no object: [1]`,
	})
	if got := fmt.Sprint(g.Drift.Conflicts); got != "map[amount:2 at:1 created:1 day:1 every:1 id:1 n:4 ok:2 ratio:2 small:1]" {
		t.Errorf("conflicts %s", got)
	}
}

func TestLastOfAKeyWins(t *testing.T) {
	t.Parallel()
	o := options(t)
	w, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{`{"data": [{"id": "a", "n": 1}, {"id": "b", "n": 2, "n": 3, "x": 1, "x": 2}]}`, `{"data": [{"id": "a", "n": 4}, {"id": "c"}]}`} {
		p := parse(t, page)
		if _, err := w.Add(p, "data", nil); err != nil {
			t.Fatal(err)
		}
		p.Free()
	}
	if err := w.Delete([]string{"c"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Delete([]string{"d"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AddRecord(parse(t, `{"id": "d", "n": 5}`).Record("$", 0), map[string]string{"parent": "p"}); err != nil {
		t.Fatal(err)
	}
	if n, size := w.Size(); n != 7 || size < 100 {
		t.Errorf("size %d, %d", n, size)
	}
	g, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	if g.Rows != 4 || g.Tally != (Tally{7, 4, 3, 0}) {
		t.Errorf("%d rows, %+v", g.Rows, g.Tally)
	}
	equal(t, "rows", rows(t, g, "select id, n, parent, _deleted, _extra, _line from file"), []string{
		`(b, 3, NULL, false, {"x":2}, 2)`, "(a, 4, NULL, false, NULL, 3)", "(c, NULL, NULL, true, NULL, 5)", "(d, 5, p, false, NULL, 7)",
	})
	if _, err := w.Add(parse(t, "[]"), "", nil); !errors.Is(err, errEnded) {
		t.Errorf("after Close: %v", err)
	}
}

func TestAPageWithoutItsListIsAnError(t *testing.T) {
	t.Parallel()
	w, err := New(options(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{`{"error": "x"}`, `{"data": null}`, `{"data": {"id": 1}}`} {
		if _, err := w.Add(parse(t, body), "data", nil); err == nil || !strings.Contains(err.Error(), `no list at "data"`) {
			t.Errorf("%s: %v", body, err)
		}
	}
	if tally, err := w.Add(parse(t, `{"data": []}`), "data", nil); err != nil || tally != (Tally{}) {
		t.Errorf("an empty list: %+v, %v", tally, err)
	}
	g, err := w.Close()
	if err != nil || g.File != "" || g.Rows != 0 {
		t.Errorf("%+v, %v", g, err)
	}
	if left, _ := os.ReadDir(w.options.Dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDrift(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Known = []string{"id", "n", "old", "lost"}
	body := `[{"id": "a", "n": 1, "fresh": {"x": 1}, "old": 1}, {"id": "b", "n": "x", "fresh": 2}]`
	g := write(t, o, body, nil)
	if got := fmt.Sprint(g.Drift); got != "{[fresh] [lost] map[n:1]}" {
		t.Errorf("drift %s", got)
	}
	o.Freeze = true
	w, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Add(parse(t, body), "", nil); err != nil {
		t.Fatal(err)
	}
	_, err = w.Close()
	var drift *DriftError
	if !errors.As(err, &drift) || !strings.Contains(err.Error(), "new fields fresh") || !strings.Contains(err.Error(), "1 values of another type in column n") {
		t.Errorf("freeze: %v", err)
	}
	g = write(t, o, `[{"id": "a", "old": 1}]`, nil)
	if got := fmt.Sprint(g.Drift); got != "{[] [lost n] map[]}" {
		t.Errorf("drift %s", got)
	}
}

func TestOptionsRefused(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*Options){
		"no type":                   func(o *Options) { o.Columns["x"] = spec.Column{Type: "number"} },
		"is not among the columns":  func(o *Options) { o.Key = []string{"nope"} },
		"the name is taken":         func(o *Options) { o.Columns["_LINE"] = spec.Column{Type: "text"} },
		"comes from elsewhere too":  func(o *Options) { o.With = []string{"id"} },
		"not closed":                func(o *Options) { o.Columns["x"] = spec.Column{Type: "text", Path: "a["} },
		"no format of a moment":     func(o *Options) { o.Columns["x"] = spec.Column{Type: "date", Format: "%d"} },
		"[*] is for masks":          func(o *Options) { o.Columns["x"] = spec.Column{Type: "text", Path: "a[*].b"} },
		"a hash needs a key":        func(o *Options) { o.Masks = map[string]Mask{"x": {Rule: "hash"}} },
		"is no rule":                func(o *Options) { o.Masks = map[string]Mask{"x": {Rule: "hide"}} },
		"masked by hash only":       func(o *Options) { o.Masks = map[string]Mask{"id": {Rule: "drop"}} },
		"path \"a..b\": a key":      func(o *Options) { o.Masks = map[string]Mask{"a..b": {Rule: "drop"}} },
		"path \"deleted[\": a [ is": func(o *Options) { o.DeletedWhen = "deleted[" },
	} {
		o := options(t)
		change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
