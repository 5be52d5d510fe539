package files

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestWaysToWriteTheSame reads the same records however they are written.
func TestWaysToWriteTheSame(t *testing.T) {
	yes := true
	for name, c := range map[string]struct {
		file, text string
		options    Options
	}{
		"comma":                     {"spend.csv", "spend_id,spent_on,channel,amount,currency\né,2024-01-31,,1234.5,BRL\n", Options{}},
		"BOM":                       {"spend.csv", "\xef\xbb\xbfspend_id,spent_on,channel,amount,currency\né,2024-01-31,,1234.5,BRL\n", Options{}},
		"CRLF":                      {"spend.csv", "spend_id,spent_on,channel,amount,currency\r\né,2024-01-31,,1234.5,BRL\r\n", Options{}},
		"no last newline":           {"spend.csv", "spend_id,spent_on,channel,amount,currency\né,2024-01-31,,1234.5,BRL", Options{}},
		"everything quoted":         {"spend.csv", "\"spend_id\",\"spent_on\",\"channel\",\"amount\",\"currency\"\n\"é\",\"2024-01-31\",\"\",\"1234.5\",\"BRL\"\n", Options{}},
		"tabs":                      {"spend.tsv", "spend_id\tspent_on\tchannel\tamount\tcurrency\né\t2024-01-31\t\t1234.5\tBRL\n", Options{}},
		"bars":                      {"spend.txt", "spend_id|spent_on|channel|amount|currency\né|2024-01-31||1234.5|BRL\n", Options{}},
		"semicolons":                {"spend.csv", "spend_id;spent_on;channel;amount;currency\né;2024-01-31;;1.234,50;BRL\n", Options{DecimalComma: &yes}},
		"an unusual delimiter":      {"spend.csv", "spend_id#spent_on#channel#amount#currency\né#2024-01-31##1234.5#BRL\n", Options{Delimiter: "#"}},
		"Latin-1":                   {"spend.csv", "spend_id,spent_on,channel,amount,currency\n\xe9,2024-01-31,,1234.5,BRL\n", Options{Encoding: "latin1"}},
		"columns in another order":  {"spend.csv", "currency,amount,Spent_On,SPEND_ID\nBRL,1234.5,2024-01-31,é\n", Options{}},
		"dates of one's own":        {"spend.csv", "spend_id,spent_on,channel,amount,currency\né,31/01/2024,,1234.5,BRL\n", Options{DateFormat: "%d/%m/%Y"}},
		"an instant for a date":     {"spend.csv", "spend_id,spent_on,channel,amount,currency\né,2024-02-01T02:59:59Z,,1234.5,BRL\n", Options{}},
		"JSON lines":                {"spend.jsonl", `{"spend_id":"é","spent_on":"2024-01-31","channel":null,"amount":1234.50,"currency":"BRL"}` + "\n", Options{}},
		"JSON lines in other order": {"spend.ndjson", `{"currency":"BRL","amount":"1234.5","spent_on":"2024-01-31","SPEND_ID":"é"}`, Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			eachWay(t, map[string]string{c.file: c.text}, func(t *testing.T, w *world) {
				w.config.Options = c.options
				equal(t, "counts", counts(w.read(), "spend"), "1 = 1 + 0 + 0")
				line := "2"
				if strings.HasPrefix(name, "JSON") {
					line = "1"
				}
				same(t, "records", w.current("spend", "*exclude(_file, _first_seen)"), "é|2024-01-31|.|.|1234.5000|BRL|.|books|"+line+"|run-01")
			})
		})
	}
}

func TestLatin1RecordsInQuarantine(t *testing.T) {
	w := newWorld(t, map[string]string{"log.csv": "a,b\nJo\xe3o\nx\x00,\xe9\n"})
	w.config.Encoding = "latin1"
	equal(t, "counts", counts(w.read(), "log"), "2 = 0 + 0 + 2")
	same(t, "raw records", w.records(), "João", `x\x00,é`)
}

func TestJSONLines(t *testing.T) {
	eachWay(t, map[string]string{
		"opportunities.jsonl": strings.Join([]string{
			`{"opportunity_id":"o1","amount":12345678901234.5678,"is_won":true,"kind":"new","odd":{"b":[1.50],"a":null},"more":1.10,"none":null}`,
			`{"opportunity_id":17,"amount":1e3,"is_won":"no"}`,
			``,
			`{"opportunity_id":"o3","amount":1.23456}`,
			`{"opportunity_id":"o4","amount":}`,
			`{"opportunity_id":"o5","opportunity_id":"o6"}`,
			`{"amount":1}`,
			`[]`,
			`{"opportunity_id":"o9","amount":[1]}`,
			`{"opportunity_id":"o1","kind":"new","is_won":true,"more":1.10,"odd":{"b":[1.50],"a":null},"amount":12345678901234.5678}`,
		}, "\n"),
	}, func(t *testing.T, w *world) {
		equal(t, "counts", counts(w.read(), "opportunities"), "9 = 2 + 1 + 6")
		same(t, "records", w.current("opportunities", "opportunity_id, amount, is_won, kind, _extra, _line"),
			`o1|12345678901234.5678|true|new|{"more":1.10,"odd":{"b":[1.50],"a":null}}|1`, "17|1000.0000|false|.|.|2")
		got := w.quarantine()
		got[1], _, _ = strings.Cut(got[1], " JSON")
		got[2], _, _ = strings.Cut(got[2], " one name")
		same(t, "quarantine", got,
			`opportunities.jsonl:4 amount: amount "1.23456" has more than 4 decimals`,
			"opportunities.jsonl:5: the record is not",
			"opportunities.jsonl:6: the record has two values for",
			"opportunities.jsonl:7 opportunity_id: opportunity_id is missing",
			`opportunities.jsonl:8: the record is no JSON object, as {"name": "value"}`,
			`opportunities.jsonl:9 amount: amount "[1]" is no number`)
		equal(t, "a raw record", w.records()[1], `{"opportunity_id":"o4","amount":}`)
	})
}

func TestJSONLinesOfAStreamOfItsOwn(t *testing.T) {
	eachWay(t, map[string]string{
		"deals.1.jsonl": `{"id":1,"price":1234567890123456.78,"tags":["a"]}` + "\n" + `{"id":2,"Stage":"won","tags":{}}` + "\n",
		"deals.2.jsonl": `{"stage":"lost","id":3,"price":"0.10"}` + "\n" + `{"price":"5"}` + "\n",
	}, func(t *testing.T, w *world) {
		w.config.Streams = map[string]Stream{"deals": {Key: []string{"id"}, Columns: map[string]Column{"price": {Type: "decimal(20,2)"}}}}
		equal(t, "counts", counts(w.read(), "deals"), "4 = 3 + 0 + 1")
		same(t, "records", w.current("deals", "*exclude(_source, _run_id, _first_seen)"),
			`1|1234567890123456.78|["a"]|.|.|deals.1.jsonl|1`, "2|.|{}|won|.|deals.1.jsonl|2", "3|0.10|.|lost|.|deals.2.jsonl|1")
		same(t, "quarantine", w.quarantine(), "deals.2.jsonl:2 id: id is missing")
	})
}

// parquet writes a Parquet file of a SELECT.
func (w *world) parquet(name, query string) {
	w.t.Helper()
	made := filepath.Join(w.t.TempDir(), "made.parquet")
	w.exec("copy (" + query + ") to " + quoteText(made) + " (format parquet)")
	w.put(name, string(readFile(w.t, made)))
}

func TestParquet(t *testing.T) {
	eachWay(t, nil, func(t *testing.T, w *world) {
		w.parquet("spend.parquet", `select * from (values
			('s1', date '2024-01-31', 1234.56789::double, 'BRL', 'x', [1, 2], timestamptz '2024-01-31 00:00:00+00'),
			('s2', null, 5, 'BRL', null, null, null),
			('s1', date '2024-01-31', 1234.5679, 'BRL', 'x', [1, 2], timestamptz '2024-01-31 00:00:00+00'),
			('s4', date '2024-01-31', 'nan', 'usd', null, null, null)
			) as rows (spend_id, spent_on, amount, currency, note, list, happened)`)
		equal(t, "counts", counts(w.read(), "spend"), "4 = 1 + 1 + 2")
		same(t, "records", w.current("spend", "spend_id, spent_on, amount, currency, _extra, _file, _line"),
			`s1|2024-01-31|1234.5679|BRL|{"happened":"2024-01-31 00:00:00","list":"[1,2]","note":"x"}|spend.parquet|1`)
		same(t, "quarantine", w.quarantine(),
			"spend.parquet:2 spent_on: spent_on is missing", `spend.parquet:4 amount: amount "nan" is no number`)
		equal(t, "a raw record", w.records()[0], `{"spend_id":"s2","spent_on":null,"amount":5.0,"currency":"BRL","note":null,"list":null,"happened":null}`)
		equal(t, "second run", counts(w.read(), "spend"), "0 = 0 + 0 + 0")
	})
}

func TestParquetOfAStreamOfItsOwn(t *testing.T) {
	eachWay(t, nil, func(t *testing.T, w *world) {
		w.config.Streams = map[string]Stream{"deals": {Key: []string{"ID"}}}
		w.parquet("deals/a [1].parquet", "select 1::integer as id, 1.50::decimal(9,2) as price, 'x'::enum('x') as kind, null::bigint as seats")
		w.parquet("deals/b.parquet", "select 2::bigint as id, 2.5::decimal(9,2) as price, true as is_won, timestamptz '2024-01-31 00:00:00+00' as happened union all select null, 1, false, null union all select 1, 1.5, false, null")
		equal(t, "counts", counts(w.read(), "deals"), "4 = 1 + 0 + 3")
		same(t, "records", w.current("deals", "*exclude(_source, _run_id, _first_seen)"), "2|2.50|.|.|true|2024-01-31 00:00:00|.|deals/b.parquet|1")
		same(t, "quarantine", w.quarantine(),
			`deals/a [1].parquet:1 id: id "1" comes again with different content in line 3 of deals/b.parquet (it differs in kind, is_won)`,
			"deals/b.parquet:2 id: id is missing",
			`deals/b.parquet:3 id: id "1" comes again with different content in line 1 of deals/a [1].parquet (it differs in kind, is_won)`)
	})
}

func TestFilesOfOneStreamMayDifferInForm(t *testing.T) {
	w := newWorld(t, map[string]string{
		"invoice_lines.2025-01.csv": "line_id;account_id;product_id;kind;currency;amount;service_start;service_end;invoice_status;issued_at\nl1;a;p;recurring;BRL;10;2025-01-01;2025-02-01;paid;2025-01-01\n",
		"invoice_lines/feb.tsv":     "issued_at\tinvoice_status\tservice_end\tservice_start\tamount\tcurrency\tkind\tproduct_id\taccount_id\tline_id\tquantity\n2025-02-01\topen\t2025-03-01\t2025-02-01\t10\tBRL\trecurring\tp\ta\tl2\t3\n",
	})
	equal(t, "counts", counts(w.read(), "invoice_lines"), "2 = 2 + 0 + 0")
	same(t, "records", w.current("invoice_lines", "line_id, quantity, issued_at, _file"),
		"l1|.|2025-01-01 03:00:00|invoice_lines.2025-01.csv", "l2|3.0000|2025-02-01 03:00:00|invoice_lines/feb.tsv")
}
