package canonical

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
)

func openDuckDB(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// judged is a judged record: its values as DuckDB writes them, "NULL" for none.
type judged map[string]string

// judgeRows judges a relation and gives its rows by column.
func judgeRows(t *testing.T, db *sql.DB, e Entity, in Input) []judged {
	t.Helper()
	ctx := context.Background()
	if in.Columns == nil {
		in.Columns = describe(t, db, in.From)
	}
	if in.Timezone == "" {
		in.Timezone = "America/Sao_Paulo"
	}
	query, err := e.Judge(in)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := db.QueryContext(ctx, "select columns(*)::varchar from ("+query+")")
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []judged
	for rows.Next() {
		values := make([]sql.NullString, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		one := judged{}
		for i, name := range names {
			one[name] = "NULL"
			if values[i].Valid {
				one[name] = values[i].String
			}
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func describe(t *testing.T, db *sql.DB, from string) []Field {
	t.Helper()
	rows, err := db.Query("select column_name, column_type from (describe select * from " + from + ")")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var fields []Field
	for rows.Next() {
		var f Field
		if err := rows.Scan(&f.Name, &f.Type); err != nil {
			t.Fatal(err)
		}
		fields = append(fields, f)
	}
	return fields
}

// oneColumn is an entity of one column, to test a type by itself.
func oneColumn(t *testing.T, typeName string) Entity {
	t.Helper()
	kept, err := ParseType(typeName)
	if err != nil {
		t.Fatal(err)
	}
	return Entity{Name: "test", Columns: []Column{{Name: "v", Type: kept}}}
}

func TestTextIsCastOrSaidToBeWrong(t *testing.T) {
	db := openDuckDB(t)
	for _, c := range []struct {
		typeName string
		format   Format
		text     string
		want     string // the value, or the reason
	}{
		{"money", Format{}, "1234.5", "1234.5000"},
		{"money", Format{}, "-0.10", "-0.1000"},
		{"money", Format{}, "-0.00", "0.0000"},
		{"money", Format{}, "+5", "5.0000"},
		{"money", Format{}, ".5", "0.5000"},
		{"money", Format{}, "5.", "5.0000"},
		{"money", Format{}, "007.50", "7.5000"},
		{"money", Format{}, "  12.5 ", "12.5000"},
		{"money", Format{}, "   ", "NULL"},
		{"money", Format{}, "", "NULL"},
		{"money", Format{}, "1.23450000", "1.2345"},
		{"money", Format{}, "1.23456", `v "1.23456" has more than 4 decimals`},
		{"money", Format{}, "0.00001", `v "0.00001" has more than 4 decimals`},
		{"money", Format{}, "1e3", "1000.0000"},
		{"money", Format{}, "1.5E-3", "0.0015"},
		{"money", Format{}, "10e-5", "0.0001"},
		{"money", Format{}, "1e-5", `v "1e-5" has more than 4 decimals`},
		{"money", Format{}, "1234567890123456.78e-2", "12345678901234.5678"},
		{"money", Format{}, "99999999999999.9999", "99999999999999.9999"},
		{"money", Format{}, "100000000000000", `v "100000000000000" is too large`},
		{"money", Format{}, "1_000", `v "1_000" is no number`},
		{"money", Format{}, "0x10", `v "0x10" is no number`},
		{"money", Format{}, "1,234.50", `v "1,234.50" is no number with a decimal point`},
		{"money", Format{}, "NaN", `v "NaN" is no number`},
		{"money", Format{}, "R$ 5", `v "R$ 5" is no number`},
		{"money", Format{DecimalComma: true}, "1.234,56", "1234.5600"},
		{"money", Format{DecimalComma: true}, "-1234,5", "-1234.5000"},
		{"money", Format{DecimalComma: true}, "1.234", "1234.0000"},
		{"money", Format{DecimalComma: true}, "12", "12.0000"},
		{"money", Format{DecimalComma: true}, " ", "NULL"},
		{"money", Format{DecimalComma: true}, "1234.56", `v "1234.56" is no number written with a decimal comma, as 1.234,56`},
		{"money", Format{DecimalComma: true}, "1,23456", `v "1,23456" has more than 4 decimals`},
		{"rate", Format{}, "5.12345678901249", "5.123456789012"},
		{"mrr", Format{}, "0.123456789055", "0.1234567891"},
		{"quantity", Format{}, "1.00005", "1.0001"},
		{"score", Format{}, "7.5", "7.5000"},
		{"decimal(6,2)", Format{}, "12.345", `v "12.345" has more than 2 decimals`},
		{"double", Format{}, "1.5e2", "150.0"},
		{"double", Format{}, "inf", `v "inf" is no number`},
		{"integer", Format{}, "12", "12"},
		{"integer", Format{}, "-3", "-3"},
		{"integer", Format{}, "3.0", "3"},
		{"integer", Format{}, "1e3", "1000"},
		{"integer", Format{}, "0x10", `v "0x10" is no number`},
		{"integer", Format{}, "1.5", `v "1.5" is no whole number`},
		{"integer", Format{}, "9223372036854775808", `v "9223372036854775808" is too large`},
		{"boolean", Format{}, "TRUE", "true"},
		{"boolean", Format{}, "no", "false"},
		{"boolean", Format{}, "0", "false"},
		{"boolean", Format{}, "maybe", `v "maybe" is none of true, false, yes, no, t, f, 1, 0`},
		{"date", Format{}, "2024-06-20", "2024-06-20"},
		{"date", Format{}, " 2024-06-20 ", "2024-06-20"},
		{"date", Format{}, "2024-06-20T02:00:00Z", "2024-06-19"},
		{"date", Format{}, "2024-06-20T02:00:00-03:00", "2024-06-20"},
		{"date", Format{}, "2024-06-20 00:00:00", "2024-06-20"},
		{"date", Format{}, "2024-06-20T00:00:00Z", "2024-06-19"},
		{"date", Format{}, "2024-02-30", `v "2024-02-30" is no date (YYYY-MM-DD)`},
		{"date", Format{}, "20/06/2024", `v "20/06/2024" is no date (YYYY-MM-DD)`},
		{"date", Format{}, "2024-6-1", `v "2024-6-1" is no date (YYYY-MM-DD)`},
		{"date", Format{}, "epoch", `v "epoch" is no date (YYYY-MM-DD)`},
		{"date", Format{}, "infinity", `v "infinity" lies outside the years 1900 to 2200`},
		{"date", Format{}, "1899-12-31", `v "1899-12-31" lies outside the years 1900 to 2200`},
		{"date", Format{}, "2200-12-31", "2200-12-31"},
		{"date", Format{Layout: "%d-%m-%Y"}, "20-06-2024", "2024-06-20"},
		{"date", Format{Layout: "%d-%m-%Y"}, "2024-06-20", `v "2024-06-20" is not of the form %d-%m-%Y`},
		{"date", Format{Layout: "%d-%m-%Y"}, "31-06-2024", `v "31-06-2024" is not of the form %d-%m-%Y`},
		{"date", Format{Layout: "%Y%m%dT%H%M%S%z"}, "20240620T013000+00:00", "2024-06-19"},
		{"timestamp", Format{}, "2024-06-20T10:00:00Z", "2024-06-20 10:00:00"},
		{"timestamp", Format{}, "2024-06-20T10:00:00.123456789Z", "2024-06-20 10:00:00.123456"},
		{"timestamp", Format{}, "2024-06-20T10:00:00+02:00", "2024-06-20 08:00:00"},
		{"timestamp", Format{}, "2024-06-20T10:00:00-0330", "2024-06-20 13:30:00"},
		{"timestamp", Format{}, "2024-06-20 10:00-03", "2024-06-20 13:00:00"},
		{"timestamp", Format{}, "2024-06-20T10:00:00", "2024-06-20 10:00:00"},
		{"timestamp", Format{}, "2024-06-20 10:00:00", "2024-06-20 10:00:00"},
		{"timestamp", Format{}, "2024-06-20 10:00", "2024-06-20 10:00:00"},
		{"timestamp", Format{}, "2024-06-20", "2024-06-20 03:00:00"},
		{"timestamp", Format{}, "2018-11-04", "2018-11-04 03:00:00"}, // midnight was skipped: the day began at 01:00
		{"timestamp", Format{}, "2024-13-20T10:00:00Z", `v "2024-13-20T10:00:00Z" is no timestamp (ISO 8601, as 2024-06-20T10:00:00Z)`},
		{"timestamp", Format{}, "2024-06-20T10:00:00 America/New_York", `v "2024-06-20T10:00:00 America/New_York" is no timestamp (ISO 8601, as 2024-06-20T10:00:00Z)`},
		{"timestamp", Format{}, "1718870400", `v "1718870400" is no timestamp (ISO 8601, as 2024-06-20T10:00:00Z)`},
		{"timestamp", Format{}, "0001-01-01T00:00:00Z", `v "0001-01-01T00:00:00Z" lies outside the years 1900 to 2200`},
		{"timestamp", Format{Layout: "%d-%m-%Y %H:%M"}, "28-07-2023 03:00", "2023-07-28 03:00:00"},
		{"timestamp", Format{Layout: "%d-%m-%Y"}, "28-07-2023", "2023-07-28 03:00:00"},
		{"timestamp", Format{Layout: "%d-%m-%Y %H:%M", DateLayout: "%d-%m-%Y"}, "28-07-2023", "2023-07-28 03:00:00"},
		{"timestamp", Format{Layout: "%d-%m-%Y %H:%M", DateLayout: "%d-%m-%Y"}, "28-07-2023 03:00", "2023-07-28 03:00:00"},
		{"timestamp", Format{Layout: "%d-%m-%Y %H:%M", DateLayout: "%d-%m-%Y"}, "2023-07-28", `v "2023-07-28" is not of the form %d-%m-%Y %H:%M or %d-%m-%Y`},
		{"timestamp", Format{DateLayout: "%d-%m-%Y"}, "2023-07-28T10:00:00Z", "2023-07-28 10:00:00"},
		{"timestamp", Format{DateLayout: "%d-%m-%Y"}, "28-07-2023", "2023-07-28 03:00:00"},
		{"timestamp", Format{Layout: "%d.%m.%Y %H:%M %z"}, "28.07.2023 03:00 -03:00", "2023-07-28 06:00:00"},
		{"currency", Format{}, "BRL", "BRL"},
		{"currency", Format{}, "CHF", "CHF"},
		{"currency", Format{}, "brl", `v "brl" is no currency of three capital letters, as BRL`},
		{"currency", Format{}, "R$", `v "R$" is no currency of three capital letters, as BRL`},
		{"text", Format{}, "  as it is ", "  as it is "},
		{"text", Format{}, "", "NULL"},
	} {
		t.Run(c.typeName+"/"+c.text, func(t *testing.T) {
			got := judgeRows(t, db, oneColumn(t, c.typeName), Input{
				From: "(select " + quoteText(c.text) + " as v)", Formats: map[string]Format{"v": c.format},
			})[0]
			value := got["v"]
			if got["_reason"] != "NULL" {
				value = got["_reason"]
				if got["_column"] != "v" || got["v"] != "NULL" && !strings.Contains(value, "outside") && !strings.Contains(value, "currency") {
					t.Errorf("a wrong value gives %v", got)
				}
			}
			if value != c.want {
				t.Errorf("got %s, want %s", value, c.want)
			}
		})
	}
}

func TestTypedColumnsAreCast(t *testing.T) {
	db := openDuckDB(t)
	for _, c := range []struct{ typeName, value, want string }{
		{"money", "1234.56789::double", "1234.5679"},
		{"money", "'nan'::double", `v "nan" is no number`},
		{"money", "12::hugeint", "12.0000"},
		{"money", "1.50::decimal(38,10)", "1.5000"},
		{"money", "1.23456::decimal(18,6)", `v "1.234560" has more than 4 decimals`},
		{"money", "null::double", "NULL"},
		{"rate", "1.23456::decimal(18,6)", "1.234560000000"},
		{"integer", "3.0::double", "3"},
		{"integer", "3.5::double", `v "3.5" is no whole number`},
		{"integer", "3.00::decimal(9,2)", "3"},
		{"boolean", "1::tinyint", "true"},
		{"boolean", "2::tinyint", `v "2" is none of true, false, yes, no, t, f, 1, 0`},
		{"text", "17::bigint", "17"},
		{"text", "{'a': 1}", `{"a":1}`},
		{"text", "[1, 2]", "[1,2]"},
		{"text", "'\"x\"'::json", "x"},
		{"text", "'x'::enum('x', 'y')", "x"},
		{"date", "timestamp '2024-06-20 02:00:00'", "2024-06-19"},
		{"date", "timestamptz '2024-06-20 02:00:00-03'", "2024-06-20"},
		{"date", "date 'infinity'", `v "infinity" lies outside the years 1900 to 2200`},
		{"timestamp", "date '2024-06-20'", "2024-06-20 03:00:00"},
		{"timestamp", "timestamptz '2024-06-20 02:00:00-03'", "2024-06-20 05:00:00"},
		{"timestamp", "timestamp_ns '2024-06-20 02:00:00.123456789'", "2024-06-20 02:00:00.123456"},
		{"timestamp", "17::bigint", `v "17" is no timestamp (ISO 8601, as 2024-06-20T10:00:00Z)`},
		{"currency", "'EUR'::enum('EUR')", "EUR"},
	} {
		t.Run(c.typeName+"/"+c.value, func(t *testing.T) {
			got := judgeRows(t, db, oneColumn(t, c.typeName), Input{From: "(select " + c.value + " as v)"})[0]
			value := got["v"]
			if got["_reason"] != "NULL" {
				value = got["_reason"]
			}
			if value != c.want {
				t.Errorf("got %s, want %s", value, c.want)
			}
		})
	}
}

// goodRecords are records that keep every rule; a case of a test changes some of their values.
var goodRecords = map[string]judged{
	"invoice_lines": {
		"line_id": "l1", "account_id": "a1", "product_id": "core", "kind": "recurring", "currency": "BRL", "amount": "100.00",
		"service_start": "2024-01-01", "service_end": "2024-02-01", "invoice_status": "paid", "issued_at": "2024-01-01T12:00:00Z",
	},
	"survey_responses": {
		"response_id": "r1", "survey": "nps", "score": "9", "scale_min": "0", "scale_max": "10", "responded_at": "2024-01-01T12:00:00Z",
	},
	"contracts": {
		"contract_id": "c1", "account_id": "a1", "term_start": "2024-01-01", "term_end": "2025-01-01", "value": "5", "currency": "USD",
	},
	"fx_rates": {"day": "2024-01-01", "currency": "USD", "rate": "5.1"},
	"usage":    {"account_id": "a1", "day": "2024-01-01"},
	"benchmarks": {
		"metric": "nrr", "source": "x",
	},
}

func TestRulesOfEntities(t *testing.T) {
	db := openDuckDB(t)
	for _, c := range []struct {
		entity  string
		changes judged
		column  string
		reason  string
	}{
		{"invoice_lines", judged{}, "NULL", "NULL"},
		{"invoice_lines", judged{"line_id": ""}, "line_id", "line_id is missing"},
		{"invoice_lines", judged{"line_id": "   "}, "line_id", "line_id is missing"},
		{"invoice_lines", judged{"kind": "  "}, "kind", "kind is missing"},
		{"invoice_lines", judged{"currency": "  "}, "currency", "currency is missing"},
		{"invoice_lines", judged{"discount_duration": "  "}, "discount_duration", `discount_duration "  " is none of once, repeating, forever`},
		{"invoice_lines", judged{"amount": "  "}, "amount", "amount is missing"},
		{"invoice_lines", judged{"invoice_status": "Paid"}, "invoice_status", `invoice_status "Paid" is none of draft, open, paid, uncollectible, void`},
		{"invoice_lines", judged{"invoice_status": "Paid", "kind": "weekly"}, "kind", `kind "weekly" is none of recurring, usage, one_time`},
		{"invoice_lines", judged{"amount": strings.Repeat("9", 100)}, "amount", `amount "` + strings.Repeat("9", 79) + `…" is too large`},
		{"invoice_lines", judged{"service_end": "2024-01-01"}, "service_end", "service_end 2024-01-01 is not after service_start 2024-01-01"},
		{"invoice_lines", judged{"discount_amount": "-5"}, "discount_amount", "discount_amount -5 has not the sign of amount 100.00"},
		{"invoice_lines", judged{"amount": "-100", "discount_amount": "-5"}, "NULL", "NULL"},
		{"invoice_lines", judged{"amount": "0", "discount_amount": "5"}, "NULL", "NULL"},
		{"invoice_lines", judged{"quantity": "-1"}, "quantity", "quantity -1 is below 0"},
		{"invoice_lines", judged{"quantity": "0"}, "NULL", "NULL"},
		{"invoice_lines", judged{"interval_count": "0"}, "interval_count", "interval_count 0 is below 1"},
		{"invoice_lines", judged{"interval_amount": "0"}, "interval_amount", "interval_amount 0 is not above 0"},
		{"invoice_lines", judged{"interval_amount": "-5", "amount": "-5"}, "interval_amount", "interval_amount -5 is not above 0"},
		{"invoice_lines", judged{"interval_amount": "0", "amount": "0.00"}, "NULL", "NULL"},
		{"invoice_lines", judged{"currency": "reais"}, "currency", `currency "reais" is no currency of three capital letters, as BRL`},
		{"survey_responses", judged{}, "NULL", "NULL"},
		{"survey_responses", judged{"score": "11"}, "score", "score 11 is not on the scale 0 to 10"},
		{"survey_responses", judged{"score": "8.5"}, "score", "score 8.5 of an nps survey is not whole"},
		{"survey_responses", judged{"score": "3", "scale_max": "5"}, "scale_min", "the scale 0 to 5 of an nps survey is neither 0 to 10 nor 1 to 10"},
		{"survey_responses", judged{"scale_min": "1"}, "NULL", "NULL"},
		{"survey_responses", judged{"survey": "csat", "score": "3.5", "scale_max": "5"}, "NULL", "NULL"},
		{"survey_responses", judged{"scale_min": "10", "scale_max": "10"}, "scale_max", "scale_max 10 is not above scale_min 10"},
		{"contracts", judged{"term_end": "2024-01-01"}, "term_end", "term_end 2024-01-01 is not after term_start 2024-01-01"},
		{"fx_rates", judged{"rate": "0"}, "rate", "rate 0 is not above 0"},
		{"fx_rates", judged{"rate": "-1"}, "rate", "rate -1 is not above 0"},
		{"usage", judged{"active_users": "-1"}, "active_users", "active_users -1 is below 0"},
		{"benchmarks", judged{}, "NULL", "NULL"},
	} {
		t.Run(fmt.Sprint(c.entity, c.changes), func(t *testing.T) {
			e, _ := ByName(c.entity)
			record := judged{}
			for name, value := range goodRecords[c.entity] {
				record[name] = value
			}
			for name, value := range c.changes {
				record[name] = value
			}
			var list []string
			for name, value := range record {
				list = append(list, quoteText(value)+" as "+quoteName(name))
			}
			got := judgeRows(t, db, e, Input{From: "(select " + strings.Join(list, ", ") + ")"})[0]
			if got["_column"] != c.column || got["_reason"] != c.reason {
				t.Errorf("got %s: %s\nwant %s: %s", got["_column"], got["_reason"], c.column, c.reason)
			}
		})
	}
}

func TestAbsentRequiredColumnIsEveryRecordsFault(t *testing.T) {
	e, _ := ByName("fx_rates")
	got := judgeRows(t, openDuckDB(t), e, Input{From: "(select date '2024-01-01' as day, 5.1 as rate)"})[0]
	if got["_reason"] != "currency is missing" || got["currency"] != "NULL" {
		t.Errorf("got %v", got)
	}
}

func TestExtraColumns(t *testing.T) {
	db := openDuckDB(t)
	for _, c := range []struct{ columns, want string }{
		{`'a1' as account_id`, "NULL"},
		{`'a1' as account_id, '' as z, null as b`, "NULL"},
		{`'a1' as account_id, 'x"y' as z, 'é' as b, 12.50 as "Tier ""1"""`, `{"Tier \"1\"":12.5,"b":"é","z":"x\"y"}`},
		{`'a1' as account_id, '{"k":1}' as _extra`, `{"k":1}`},
		{`'a1' as account_id, '{"k":1}' as _extra, 'v' as z`, `{"k":1,"z":"v"}`},
		{`'a1' as account_id, null::varchar as _extra, 'v' as z`, `{"z":"v"}`},
		{`'a1' as account_id, 7 as _line, 'run' as _run_id, true as _fivetran_deleted`, `{"_fivetran_deleted":true}`},
		{`'a1' as account_id, {'a': 1} as nested`, `{"nested":{"a":1}}`},
	} {
		e, _ := ByName("accounts")
		if got := judgeRows(t, db, e, Input{From: "(select " + c.columns + ")"})[0]["_extra"]; got != c.want {
			t.Errorf("%s gives %s, want %s", c.columns, got, c.want)
		}
	}
}

func TestPassedColumnsAndNamesThatCollide(t *testing.T) {
	e := Entity{Name: "test", Columns: []Column{{Name: "_jraw0", Type: types["money"]}, {Name: `odd "name"`, Type: types["date"]}}}
	got := judgeRows(t, openDuckDB(t), e, Input{
		From: `(select '1.5' as _jraw0, '2024-01-31' as "odd ""name""", 'f.csv' as _file, 12::bigint as _line, 'as it was' as _record)`,
		Pass: []string{"_line", "_file", "_record"},
	})[0]
	want := judged{"_jraw0": "1.5000", `odd "name"`: "2024-01-31", "_extra": "NULL", "_line": "12", "_file": "f.csv", "_record": "as it was", "_column": "NULL", "_reason": "NULL"}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %s, want %s", name, got[name], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got columns %v", got)
	}
}

func TestEmptySQLHasTheColumnsOfJudge(t *testing.T) {
	db := openDuckDB(t)
	for _, e := range All() {
		empty := describe(t, db, "("+e.EmptySQL(Field{"_file", "VARCHAR"}, Field{"_line", "BIGINT"})+")")
		var list []string
		for _, c := range e.Columns {
			list = append(list, "cast(null as varchar) as "+quoteName(c.Name))
		}
		query, err := e.Judge(Input{
			From: "(select " + strings.Join(list, ", ") + ", 'f' as _file, 1::bigint as _line)", Columns: columnsOf(e, "VARCHAR"),
			Pass: []string{"_file", "_line"}, Timezone: "UTC",
		})
		if err != nil {
			t.Fatal(err)
		}
		full := describe(t, db, "("+query+")")
		if fmt.Sprint(full) != fmt.Sprint(append(empty, Field{"_column", "VARCHAR"}, Field{"_reason", "VARCHAR"})) {
			t.Errorf("%s: the empty relation has %v, the judged one %v", e.Name, empty, full)
		}
	}
}

func columnsOf(e Entity, sqlType string) []Field {
	var fields []Field
	for _, c := range e.Columns {
		fields = append(fields, Field{c.Name, sqlType})
	}
	return fields
}

func TestJudgeRefusesAFormatWithoutPattern(t *testing.T) {
	_, err := oneColumn(t, "date").Judge(Input{
		From: "x", Columns: []Field{{"v", "VARCHAR"}}, Formats: map[string]Format{"V": {Layout: "DD-MM-YYYY"}},
	})
	if err == nil || !strings.Contains(err.Error(), `"DD-MM-YYYY" is no strptime pattern`) {
		t.Errorf("got %v", err)
	}
}
