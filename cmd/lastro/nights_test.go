package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lastro/load/targettest"
)

// site is a pipeline whose company grows by a night's records at a time.
type site struct {
	dir, file string
	dsn       string // of a PostgreSQL target; "" is none
	schema    string
}

const nightlyAccounts = 150

// newSite makes a pipeline with all kinds of targets.
func newSite(t *testing.T, dsn, schema string) *site {
	t.Helper()
	s := &site{dir: t.TempDir(), dsn: dsn, schema: schema}
	s.file = filepath.Join(s.dir, "pipeline.yaml")
	text := `name: nightly
timezone: America/Sao_Paulo
currency: BRL
as_of: 2025-12-31
sources: [{name: books, kind: files, path: ./data}]
targets:
  - {kind: csv, path: ./out/csv, keep: 2}
  - {kind: parquet, path: ./out/parquet, keep: 2}
  - {kind: duckdb, path: ./out/metrics.duckdb}
`
	if dsn != "" {
		text += "  - {kind: postgres, dsn: \"${NIGHTLY_DSN}\", schema: " + schema + "}\n"
	}
	var accounts, rates strings.Builder
	accounts.WriteString("account_id,segment,country\n")
	for i := range nightlyAccounts {
		fmt.Fprintf(&accounts, "acc_%04d,%s,%s\n", i, []string{"smb", "mid", "ent"}[i%3], []string{"BR", "US"}[i%2])
	}
	rates.WriteString("day,currency,rate\n")
	for day := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2025; day = day.AddDate(0, 0, 7) {
		fmt.Fprintf(&rates, "%s,USD,5.%02d\n", day.Format(time.DateOnly), day.YearDay()%50)
	}
	for name, text := range map[string]string{"pipeline.yaml": text, "data/accounts.csv": accounts.String(), "data/fx_rates.csv": rates.String()} {
		s.write(t, name, text)
	}
	return s
}

func (s *site) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// night brings the records of a night: a month more for every account, an exact copy, and one that cannot be.
func (s *site) night(t *testing.T, number int) {
	t.Helper()
	var lines strings.Builder
	lines.WriteString("line_id,invoice_id,account_id,subscription_id,product_id,plan_id,kind,currency,amount,quantity,service_start,service_end,invoice_status,issued_at\n")
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, number%12, 0)
	for i := range nightlyAccounts {
		if (i+number)%7 == 0 {
			continue
		}
		line := fmt.Sprintf("il_%d_%d,in_%d_%d,acc_%04d,sub_%d,p%d,basic,recurring,%s,%d.50,1,%s,%s,paid,%sT10:00:00Z\n",
			number, i, number, i, i, i, number/12, []string{"BRL", "USD"}[i%2], 100+i*number%400,
			start.Format(time.DateOnly), start.AddDate(0, 1, 0).Format(time.DateOnly), start.Format(time.DateOnly))
		lines.WriteString(line)
		if i == 11 {
			lines.WriteString(line + strings.Replace(strings.Replace(line, "il_", "broken_", 1), ".50", ".5.0", 1))
		}
	}
	s.write(t, fmt.Sprintf("data/invoice_lines/night-%03d.csv", number), lines.String())
}

// command gives the program as a process of its own.
func (s *site) command(ctx context.Context, args ...string) (*exec.Cmd, *bytes.Buffer) {
	out := &bytes.Buffer{}
	cmd := exec.CommandContext(ctx, os.Args[0])
	if exe, err := os.Executable(); err == nil {
		cmd.Path = exe
	}
	cmd.Args = append([]string{"lastro"}, args...) // the name that TestMain goes by
	cmd.Env = append(os.Environ(), "NIGHTLY_DSN="+s.dsn)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

// run runs the pipeline to its end, which must be a good one.
func (s *site) run(t *testing.T) {
	t.Helper()
	cmd, out := s.command(t.Context(), "run", s.file)
	if err := cmd.Run(); err != nil {
		t.Fatalf("lastro run: %v\n%s", err, out)
	}
}

// holds are the site's targets as readers take hold of them.
func (s *site) holds() map[string]func() (targettest.Held, error) {
	out := filepath.Join(s.dir, "out")
	holds := map[string]func() (targettest.Held, error){
		"csv":     func() (targettest.Held, error) { return targettest.HoldCSV(filepath.Join(out, "csv")) },
		"parquet": func() (targettest.Held, error) { return targettest.HoldParquet(filepath.Join(out, "parquet")) },
		"duckdb":  func() (targettest.Held, error) { return targettest.HoldDuckDB(filepath.Join(out, "metrics.duckdb")) },
	}
	if s.dsn != "" {
		holds["postgres"] = func() (targettest.Held, error) { return targettest.HoldPostgres(s.dsn, s.schema) }
	}
	return holds
}

// see reads a target as a reader does.
func see(hold func() (targettest.Held, error)) (s targettest.Snapshot, err error) {
	held, err := hold()
	if err != nil {
		return s, err
	}
	s, err = held.Read()
	if closed := held.Close(); err == nil {
		err = closed
	}
	return s, err
}

// digest is the tables of a snapshot in short: rows in any order; the ids of the runs that read the records left aside.
func digest(s targettest.Snapshot) map[string]string {
	digests := map[string]string{}
	for name, table := range s.Tables {
		var keep []int
		for i, column := range table[0] {
			if column != "run_id" {
				keep = append(keep, i)
			}
		}
		rows := make([]string, 0, len(table))
		for _, row := range table {
			var cells []string
			for _, i := range keep {
				cells = append(cells, row[i])
			}
			rows = append(rows, strings.Join(cells, "\x00"))
		}
		slices.Sort(rows)
		sum := sha256.Sum256([]byte(strings.Join(rows, "\x01")))
		digests[name] = fmt.Sprint(len(rows)-1, " rows ", hex.EncodeToString(sum[:8]))
	}
	return digests
}

// ties says whether the tables of a snapshot are of one run: the accounts' closing MRR sums to the roll-forward's.
func ties(s targettest.Snapshot) error {
	sums := map[string]float64{}
	add := func(table string, sign float64, keep func(map[string]string) bool) error {
		rows, ok := s.Tables[table]
		if !ok {
			return fmt.Errorf("run %s: table %s is not there", s.RunID, table)
		}
		for _, row := range rows[1:] {
			cell := map[string]string{}
			for i, column := range rows[0] {
				cell[column] = row[i]
			}
			if keep(cell) {
				var mrr float64
				if _, err := fmt.Sscan(cell["closing_mrr"], &mrr); err != nil {
					return fmt.Errorf("run %s: closing_mrr %q: %w", s.RunID, cell["closing_mrr"], err)
				}
				sums[cell["grain"]+" "+cell["period_start"]] += sign * mrr
			}
		}
		return nil
	}
	if err := add("account_period", 1, func(map[string]string) bool { return true }); err != nil {
		return err
	}
	if err := add("mrr_rollforward", -1, func(c map[string]string) bool { return c["dimension"] == "all" }); err != nil {
		return err
	}
	for period, rest := range sums {
		if rest > 0.001 || rest < -0.001 {
			return fmt.Errorf("run %s: %s: accounts and roll-forward differ by %f: a mix of runs", s.RunID, period, rest)
		}
	}
	return nil
}

// same holds the tables of a disturbed site against those of one that nobody disturbed, target by target.
func same(t *testing.T, calm, disturbed *site) {
	t.Helper()
	for name, hold := range calm.holds() {
		want, err := see(hold)
		if err != nil {
			t.Fatal(err)
		}
		got, err := see(disturbed.holds()[name])
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(digest(want), digest(got)); diff != "" {
			t.Errorf("%s shows other tables than undisturbed runs (-calm +disturbed):\n%s", name, diff)
		}
		if err := ties(got); err != nil {
			t.Error(name, err)
		}
	}
}
