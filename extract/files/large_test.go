package files

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lastro/extract"
	"lastro/extract/lake"
)

// generate writes a file of spend line by line.
func (w *world) generate(name string, lines int, line func(i int) string) {
	w.t.Helper()
	out, err := os.Create(filepath.Join(w.folder, name))
	w.must(err)
	buffer := bufio.NewWriter(out)
	_, err = buffer.WriteString("spend_id,spent_on,channel,amount,currency\n")
	w.must(err)
	for i := 2; i <= lines; i++ {
		_, err = buffer.WriteString(line(i) + "\n")
		w.must(err)
	}
	w.must(buffer.Flush())
	w.must(out.Close())
}

// outOfOrder counts the records of a stream's batches that lie before one of a smaller key.
func (w *world) outOfOrder(stream, key string) (rows, wrong string) {
	w.t.Helper()
	s, ok := w.known().Stream(lake.StreamID{Source: "books", Stream: stream})
	if !ok {
		w.t.Fatalf("the lake has no stream %s", stream)
	}
	for _, b := range s.Batches {
		got := w.rows("select count(*), count(*) filter (where before > " + key + ") from (select " + key + ", lag(" + key + ") over () as before from read_parquet(" + quoteReadPath(b.Path) + "))")
		r, n, _ := strings.Cut(got[0], "|")
		rows += r + " "
		wrong += n + " "
	}
	return rows, wrong
}

func TestAMillionLines(t *testing.T) {
	w := newWorld(t, nil)
	w.generate("spend.csv", 1_000_100, func(i int) string {
		switch i {
		case 1_000_000:
			return fmt.Sprintf("s%07d,2024-01-31,ads,12.x5,BRL", i)
		case 500_000:
			return fmt.Sprintf("s%07d,2024-01-31,ads", i)
		}
		return fmt.Sprintf("s%07d,2024-01-31,ads,%d.%02d,BRL", i, i, i%100)
	})
	equal(t, "counts", counts(w.read(), "spend"), "1000099 = 1000097 + 0 + 2")
	same(t, "quarantine", w.quarantine(),
		"spend.csv:500000: the record has 3 fields, the header has 5",
		`spend.csv:1000000 amount: amount "12.x5" is no number`)
	same(t, "raw records", w.records(), "s0500000,2024-01-31,ads", "s1000000,2024-01-31,ads,12.x5,BRL")
	rows, wrong := w.outOfOrder("spend", "spend_id")
	equal(t, "rows by batch", rows, "1000097 ")
	equal(t, "rows out of order", wrong, "0 ")
	same(t, "lines", w.rows("select count(*), sum(_line), sum(amount) from ("+w.currentSQL("spend")+")"),
		w.rows("select count(*), sum(i), sum(i + (i % 100) / 100)::decimal(18,4) from range(2, 1000101) t(i) where i not in (500000, 1000000)")...)
}

func TestManyLinesInNoOrderWithTwins(t *testing.T) {
	w := newWorld(t, nil)
	w.large = true
	const n = 200_000
	w.generate("spend.csv", n, func(i int) string {
		key := (i*7919 + 13) % n // each once, in no order
		switch {
		case i%1000 == 0: // an exact copy of the line before
			key = ((i-1)*7919 + 13) % n
		case i%1000 == 500: // contradicts the line before
			return fmt.Sprintf("s%06d,2024-01-31,,0.01,BRL", ((i-1)*7919+13)%n)
		}
		return fmt.Sprintf("s%06d,2024-01-31,,%d,BRL", key, key)
	})
	equal(t, "counts", counts(w.read(), "spend"), "199999 = 199399 + 200 + 400")
	rows, wrong := w.outOfOrder("spend", "spend_id")
	equal(t, "rows by batch", rows, "200 199199 ")
	equal(t, "rows out of order", wrong, "0 0 ")
	equal(t, "quarantine", w.quarantine()[0], fmt.Sprintf(`spend.csv:499 spend_id: spend_id "s%06d" comes again with different content in line 500 (it differs in amount)`, (499*7919+13)%n))
}

func TestTenMegabyteField(t *testing.T) {
	long := strings.Repeat("x", 10<<20)
	w := newWorld(t, map[string]string{
		"accounts.csv":        "account_id,name\na,Ana\nb," + long + "\nc,\"" + strings.Repeat("x\n", 5<<20) + "\"\nd,Davi\n",
		"opportunities.jsonl": `{"opportunity_id":"a"}` + "\n" + `{"opportunity_id":"` + long + `"}` + "\n" + `{"opportunity_id":"c"}` + "\n",
	})
	r := w.read()
	equal(t, "accounts", counts(r, "accounts"), "4 = 2 + 0 + 2")
	equal(t, "opportunities", counts(r, "opportunities"), "3 = 2 + 0 + 1")
	same(t, "quarantine", w.quarantine(),
		"accounts.csv:3: the record is 10485762 bytes long, more than the 1048576 of max_record_bytes: a quote may be unclosed; only its beginning is kept here",
		"accounts.csv:4: the record is 10485764 bytes long, more than the 1048576 of max_record_bytes, over 5242881 lines: a quote may be unclosed; only its beginning is kept here",
		"opportunities.jsonl:2: the record is 10485781 bytes long, more than the 1048576 of max_record_bytes; only its beginning is kept here")
	same(t, "records", w.current("accounts", "account_id, _line"), "a|2", "d|5242885")

	w.config.MaxRecordBytes = 16 << 20
	equal(t, "with room for them", counts(w.read(), "accounts"), "4 = 2 + 2 + 0")
	same(t, "lengths", w.current("accounts", "account_id, length(name)"), "a|3", "b|10485760", "c|10485760", "d|4")
}

// TestSmallAndLargeFilesGiveTheSame reads random files both ways, in one run and in two.
func TestSmallAndLargeFilesGiveTheSame(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	for round := range 6 {
		var lines []string
		for range 60 {
			id := fmt.Sprintf("%c%d", 'a'+rune(random.IntN(3)), random.IntN(25))
			lines = append(lines, fmt.Sprintf("%s,2024-01-%02d,%s,%s,BRL", id, 1+random.IntN(2),
				[]string{"", `"x, y"`, "\"p\nq\""}[random.IntN(3)], []string{"1", "1.0", "2", "x"}[random.IntN(4)]))
		}
		if round == 0 {
			slices.Sort(lines)
		}
		header := "spend_id,spent_on,channel,amount,currency\n"
		files := map[string]string{"spend.1.csv": header + strings.Join(lines[:30], "\n"), "spend.2.csv": header + strings.Join(lines[30:], "\n")}
		var results []string
		for _, large := range []bool{false, true} {
			w := newWorld(t, files)
			w.large = large
			r := w.read()
			all := append([]string{counts(r, "spend")}, w.current("spend", "*exclude(_first_seen)")...)
			results = append(results, strings.Join(slices.Concat(all, w.quarantine(), w.records()), "\n"))
		}
		if results[0] != results[1] {
			t.Fatalf("small:\n%s\nlarge:\n%s", results[0], results[1])
		}
	}
}

func TestProgressIsTold(t *testing.T) {
	w := newWorld(t, map[string]string{"accounts.1.csv": "account_id\na\n", "accounts.2.csv": "account_id\nb\n"})
	txn, err := w.lake.Begin("run", w.clock)
	w.must(err)
	defer func() { w.must(txn.Abort()) }()
	var last extract.Progress
	_, err = w.source().Read(t.Context(), extract.Session{Txn: txn, Known: w.known(), Conn: w.conn, Progress: func(p extract.Progress) {
		if p.Done < last.Done {
			t.Errorf("progress went back from %+v to %+v", last, p)
		}
		last = p
	}})
	w.must(err)
	if last.Done != 26 || last.Total != 26 || last.Stream.Stream != "accounts" {
		t.Errorf("the last progress was %+v", last)
	}
}

func (w *world) currentSQL(stream string) string {
	w.t.Helper()
	s, ok := w.known().Stream(lake.StreamID{Source: "books", Stream: stream})
	if !ok {
		w.t.Fatalf("the lake has no stream %s", stream)
	}
	return s.CurrentSQL()
}
