package records

import (
	"encoding/json"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"lastro/extract/lake"
	"lastro/extract/rest/spec"
)

// benchPage gives a page as an API of invoices might: 100 records of about 600 bytes.
func benchPage(first int) []byte {
	var out strings.Builder
	out.WriteString(`{"object":"list","data":[`)
	for i := range 100 {
		n := first + i
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, `{"id":"in_%012d","object":"invoice","customer":"cus_%08d","number":"INV-%06d","status":"%s","currency":"brl","amount_due":%d,`+
			`"amount_paid":%d.%02d,"created":%d,"due_date":"2026-%02d-%02dT12:00:00Z","paid":%t,"attempt_count":%d,"description":"Subscription of the month, plan %c",`+
			`"customer_email":"finance+%d@example.com","customer_name":"Company %d Ltda","recurring":{"interval":"month","interval_count":1},`+
			`"billing_reason":"subscription_cycle","collection_method":"charge_automatically","discount":null,"livemode":false,"metadata":{"seller":"team-%d","region":"south"},`+
			`"period_start":%d,"period_end":%d}`,
			n, n%9973, n, []string{"paid", "open", "draft"}[n%3], n%100000, n%1000, n%100, 1700000000+n, 1+n%12, 1+n%28, n%2 == 0, n%4, 'A'+n%7, n%9973, n%9973, n%37, 1700000000+n, 1702592000+n)
	}
	out.WriteString(`],"has_more":true}`)
	return []byte(out.String())
}

func benchOptions(dir string) Options {
	return Options{
		Stream: lake.StreamID{Source: "bench", Stream: "invoices"},
		Columns: map[string]spec.Column{
			"id": {Type: "text"}, "customer": {Type: "text"}, "number": {Type: "text"}, "status": {Type: "text"}, "currency": {Type: "text"},
			"amount_due": {Type: "integer"}, "amount_paid": {Type: "money"}, "created": {Type: "timestamp", Format: "epoch"}, "due_date": {Type: "timestamp"},
			"paid": {Type: "boolean"}, "interval": {Type: "text", Path: "recurring.interval"}, "interval_count": {Type: "integer", Path: "recurring.interval_count"},
			"period_start": {Type: "timestamp", Format: "epoch"}, "period_end": {Type: "timestamp", Format: "epoch"},
		},
		Key: []string{"id"}, DeletedWhen: "deleted", Dir: dir, RunID: "r1", FirstSeen: seen, File: "/invoices",
	}
}

func BenchmarkParse(b *testing.B) {
	page := benchPage(0)
	b.SetBytes(int64(100 * len(page)))
	best := 0.0
	for b.Loop() {
		began := processorSeconds(0)
		for range 100 {
			p, err := Parse(page)
			if err != nil {
				b.Fatal(err)
			}
			p.Free()
		}
		best = max(best, 100*100/processorSeconds(began))
	}
	b.ReportMetric(best, "records/cpu-s")
}

// BenchmarkGroup is everything from bodies to a file of 100,000 rows.
func BenchmarkGroup(b *testing.B) {
	pages := make([][]byte, 1000)
	size := 0
	for i := range pages {
		pages[i] = benchPage(i * 100)
		size += len(pages[i])
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	dir := b.TempDir()
	best := 0.0
	for b.Loop() {
		began := processorSeconds(0)
		w, err := New(benchOptions(dir))
		if err != nil {
			b.Fatal(err)
		}
		for _, page := range pages {
			p, err := Parse(page)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := w.Add(p, "data", nil); err != nil {
				b.Fatal(err)
			}
			p.Free()
		}
		if g, err := w.Close(); err != nil || g.Rows != 100_000 {
			b.Fatal(g.Rows, err)
		}
		best = max(best, 100_000/processorSeconds(began))
	}
	b.ReportMetric(best, "records/cpu-s")
}

// processorSeconds is what this process has used since a moment of the same clock: a busy machine changes it less than
// time that passes.
func processorSeconds(since float64) float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano())/1e9 - since
}

// BenchmarkMaps is the measure of the machine: encoding/json into maps, of the same page.
func BenchmarkMaps(b *testing.B) {
	page := benchPage(0)
	b.SetBytes(10 * int64(len(page)))
	best := 0.0
	for b.Loop() {
		began := processorSeconds(0)
		for range 10 {
			var into map[string]any
			if err := json.Unmarshal(page, &into); err != nil {
				b.Fatal(err)
			}
		}
		best = max(best, 10*100/processorSeconds(began))
	}
	b.ReportMetric(best, "records/cpu-s")
}
