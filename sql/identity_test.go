package sql_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	models "lastro/sql"
)

func withMacros(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	macros, err := models.Models.ReadFile("dialect/duckdb.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), string(macros)); err != nil {
		t.Fatal(err)
	}
	return db
}

// values gives what a macro makes of each text; "" for NULL.
func values(t *testing.T, db *sql.DB, macro string, texts []string) []string {
	t.Helper()
	rows := make([]string, len(texts))
	for i, text := range texts {
		rows[i] = fmt.Sprintf("(%d, '%s')", i, strings.ReplaceAll(text, "'", "''"))
	}
	found, err := db.QueryContext(t.Context(), "select coalesce("+macro+"(given), '') from (values "+strings.Join(rows, ", ")+") as t (place, given) order by place")
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	var all []string
	for found.Next() {
		var value string
		if err := found.Scan(&value); err != nil {
			t.Fatal(err)
		}
		all = append(all, value)
	}
	if err := found.Err(); err != nil || len(all) != len(texts) {
		t.Fatalf("%d of %d values: %v", len(all), len(texts), err)
	}
	return all
}

// cnpjDigits works the two check digits out by the rule of the Receita Federal: from the right, weights 2 to 9 and again.
func cnpjDigits(twelve string) string {
	for len(twelve) < 14 {
		sum := 0
		for fromRight := range len(twelve) {
			sum += (int(twelve[len(twelve)-1-fromRight]) - 48) * (2 + fromRight%8)
		}
		digit := 0
		if rest := sum % 11; rest >= 2 {
			digit = 11 - rest
		}
		twelve += fmt.Sprint(digit)
	}
	return twelve[12:]
}

// TestCNPJ compares the macro with the rule, on numbers with and without letters, with slips of the pen, and on CPFs.
func TestCNPJ(t *testing.T) {
	db := withMacros(t)
	random := rand.New(rand.NewPCG(11, 12))
	texts := []string{"12.ABC.345/01DE-35", "12abc34501de35", "11.222.333/0001-81", "11.222.333/0001-82", "00.000.000/0000-00", "", "CNPJ",
		"529.982.247-25", "52998224725", "1122233300018", "112223330001811", "11.222.333/0001-8A", "11,222,333/0001-81", "ÀB.CDE.FGH/IJKL-00"}
	want := []string{"12ABC34501DE35", "12ABC34501DE35", "11222333000181", "", "", "", "", "", "", "", "", "", "", ""}
	const signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for range 30_000 {
		kinds := []int{10, 36}[random.IntN(2)]
		number := make([]byte, 12)
		for i := range number {
			number[i] = signs[random.IntN(kinds)]
		}
		digits := cnpjDigits(string(number))
		text, valid := string(number)+digits, string(number)+digits
		switch random.IntN(4) {
		case 0: // one sign is another one: modulo 11 finds a wrong check digit always, others by the rule
			wrong := []byte(text)
			at := random.IntN(14)
			if at < 12 {
				wrong[at] = signs[random.IntN(kinds)]
			} else {
				wrong[at] = signs[random.IntN(10)]
			}
			text = string(wrong)
			if cnpjDigits(text[:12]) != text[12:] {
				valid = ""
			} else {
				valid = text
			}
		case 1: // two neighbours change places
			wrong := []byte(text)
			at := random.IntN(11)
			wrong[at], wrong[at+1] = wrong[at+1], wrong[at]
			text = string(wrong)
			if valid = text; cnpjDigits(text[:12]) != text[12:] {
				valid = ""
			}
		}
		if text == "00000000000000" {
			valid = ""
		}
		switch random.IntN(3) {
		case 0:
			text = text[:2] + "." + text[2:5] + "." + text[5:8] + "/" + text[8:12] + "-" + text[12:]
		case 1:
			text = " " + strings.ToLower(text) + " "
		}
		texts, want = append(texts, text), append(want, valid)
	}
	got := values(t, db, "cnpj_of", texts)
	valid := 0
	for i := range texts {
		if got[i] != want[i] {
			t.Errorf("cnpj_of(%q) is %q, want %q", texts[i], got[i], want[i])
		}
		if want[i] != "" {
			valid++
		}
	}
	if valid < 10_000 || len(texts)-valid < 5_000 {
		t.Errorf("%d of %d are valid: too few of a kind", valid, len(texts))
	}
}

func TestDomains(t *testing.T) {
	db := withMacros(t)
	check := func(macro string, want map[string]string) {
		t.Helper()
		var texts []string
		for text := range want {
			texts = append(texts, text)
		}
		for i, got := range values(t, db, macro, texts) {
			if got != want[texts[i]] {
				t.Errorf("%s(%q) is %q, want %q", macro, texts[i], got, want[texts[i]])
			}
		}
	}
	check("domain_of", map[string]string{
		"acme.com": "acme.com", " ACME.com.br. ": "acme.com.br", "https://www.acme.com/sobre?x=1#y": "acme.com",
		"http://ana:segredo@acme.com:8080/": "acme.com", "www.acme.com": "acme.com", "//acme.io": "acme.io", "acme.com?x=https://b.com": "acme.com",
		"http://www.acme.com.:80": "acme.com", "café.com.br": "café.com.br", "xn--caf-dma.com.br": "xn--caf-dma.com.br", "app.acme.com": "app.acme.com",
		"www.com": "www.com", "acme": "", "": "", "n/a": "", "-": "", "10.0.0.1": "", "ana@acme.com": "", "acme.com, b.com": "", "a b.com": "", ".com": "", "a..com": "",
	})
	check("email_domain_of", map[string]string{
		"ana@acme.com": "acme.com", " Ana Lima <Ana@ACME.com.br> ": "acme.com.br", `"a@b"@acme.com`: "acme.com", "ana@acme.com.": "acme.com",
		"ana": "", "ana@": "", "ana@acme": "", "": "",
	})
}
