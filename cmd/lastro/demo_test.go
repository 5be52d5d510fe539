package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lastro/pipelines/demo"
	"lastro/sandbox"
)

// The demo's figures come from pages of APIs by way of SQL; the simulator knows them by its own books.
func TestDemoOfAPIsEqualsTheTruth(t *testing.T) {
	dir := t.TempDir()
	said := demoRun(t, "--dir", dir)
	server, err := sandbox.Start(t.Context(), sandbox.Options{Day: demoEnd})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	truth := server.Truth(demoEnd)
	mrr := map[string]map[string]demo.Money{}
	for _, a := range truth.Accounts {
		if a.MRR != nil {
			mrr[a.Account] = a.MRR
		}
	}
	equalTruth(t, dir, truth.Truth, mrr)

	reads := regexp.MustCompile(`read +([0-9,]+) records: ([0-9,]+) accepted`).FindAllStringSubmatch(said, -1)
	if len(reads) != 2 {
		t.Fatalf("not two nights:\n%s", said)
	}
	first, second := counted(t, reads[0][2]), counted(t, reads[1][2])
	if second == 0 || second*20 > first {
		t.Errorf("the second night took %d records and the first %d: not what has changed alone", second, first)
	}
}

// Where files leave out when a claim was given up, the bill counts for nothing; there the truth of files is another.
func TestDemoOfFilesEqualsTheTruth(t *testing.T) {
	dir := t.TempDir()
	demoRun(t, "--files", "--dir", dir)
	company := demo.New(demo.Options{Seed: 8, End: demoEnd})
	truth := company.TruthOfFiles(demoEnd)
	mrr := map[string]map[string]demo.Money{}
	for _, a := range truth.Accounts {
		mrr[a.Account] = a.MRR
	}
	equalTruth(t, dir, truth, mrr)
	if cmp.Equal(truth, company.Truth(demoEnd)) {
		t.Error("no claim was given up without a date: the case is not shown")
	}
}

func demoRun(t *testing.T, args ...string) string {
	t.Helper()
	var out, errOut bytes.Buffer
	if code := run(t.Context(), append([]string{"demo"}, args...), strings.NewReader(""), &out, &errOut); code != exitDone {
		t.Fatalf("lastro demo ends with %d: %s", code, errOut.String())
	}
	return out.String()
}

func counted(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(text, ",", ""))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// equalTruth compares the published tables with what is true, to the last of four decimals.
func equalTruth(t *testing.T, dir string, truth demo.Truth, mrr map[string]map[string]demo.Money) {
	t.Helper()
	want, got := map[string]string{}, map[string]string{}
	for account, months := range mrr {
		for month, amount := range months {
			want[account+" "+month] = amount.String()
		}
	}
	for _, r := range published(t, dir, "account_period") {
		if r["grain"] == "month" && r["closing_mrr"] != "0.0000" {
			got[r["account_id"]+" "+r["period_start"]] = r["closing_mrr"]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("MRR of accounts at month closes (- is true, + is published):\n%s", diff)
	}
	clear(want)
	clear(got)
	for _, m := range truth.Months {
		want["mrr "+m.Month] = fmt.Sprint(m.Closing, " ", m.Accounts, m.New, m.OpeningBook, m.Reactivated, m.Churned)
	}
	for _, n := range truth.NPS {
		want["nps "+n.Month] = fmt.Sprint(n.Promoters, n.Passives, n.Detractors)
	}
	for _, r := range published(t, dir, "mrr_rollforward") {
		if r["grain"] == "month" && r["dimension"] == "all" {
			got["mrr "+r["period_start"]] = strings.Join([]string{r["closing_mrr"], r["closing_accounts"], r["new_accounts"],
				r["opening_book_accounts"], r["reactivated_accounts"], r["churned_accounts"]}, " ")
		}
	}
	for _, r := range published(t, dir, "survey_scores") {
		if r["grain"] == "month" && r["dimension"] == "all" && r["survey"] == "nps" && r["touchpoint"] == "all" {
			got["nps "+r["period_start"]] = strings.Join([]string{r["promoters"], r["passives"], r["detractors"]}, " ")
			if r["responses"] == "0" { // asked, and nobody has answered yet
				delete(got, "nps "+r["period_start"])
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("figures of months (- is true, + is published):\n%s", diff)
	}
}

// published reads a published table.
func published(t *testing.T, dir, name string) []map[string]string {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, "out", "csv", name+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for _, row := range rows[1:] {
		one := map[string]string{}
		for i, cell := range row {
			one[rows[0][i]] = cell
		}
		all = append(all, one)
	}
	return all
}
