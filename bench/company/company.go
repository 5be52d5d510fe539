// Package company makes the records of an invented company of any size, to measure with: five years of subscriptions
// paid by the month, quarter or year in three currencies, with prorations, discounts, late renewals, lapses and returns,
// void and written-off invoices, changes of segment, copies and broken rows. One scale always gives the same bytes.
package company

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Accounts is how many accounts a company of scale 1 has; they come to some 4 million invoice lines.
const Accounts = 200_000

// AsOf is the last day that the company knows.
const AsOf = "2025-08-31"

// Timezone and Currency are those that the company reports in.
const (
	Timezone = "America/Sao_Paulo"
	Currency = "BRL"
)

//go:embed *.go
var sources embed.FS

// Version tells one generator from another: companies of equal version and scale are equal.
func Version() string {
	sum := sha256.New()
	files, _ := fs.Glob(sources, "*.go") // the pattern is well formed
	for _, file := range files {
		text, _ := sources.ReadFile(file) // embedded, so it is there
		fmt.Fprintf(sum, "%s %d\n%s", file, len(text), text)
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}

// Write makes the files of a company of scale times Accounts accounts in dir, which must exist.
func Write(dir string, scale float64) (err error) {
	files := map[string]*bufio.Writer{}
	for name, header := range headers {
		file, err := os.Create(filepath.Join(dir, name+".csv"))
		if err != nil {
			return fmt.Errorf("make the company's file: %w", err)
		}
		defer file.Close()
		files[name] = bufio.NewWriterSize(file, 1<<20)
		if _, err := files[name].WriteString(header + "\n"); err != nil {
			return fmt.Errorf("write the company's file %s: %w", name, err)
		}
	}
	lines, err := newTimeline(dir, "invoice_lines")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lines.remove()) }()
	invoices, err := newTimeline(dir, "invoices")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, invoices.remove()) }()

	accounts := max(1, int(Accounts*scale+0.5))
	const perChunk = 2000
	chunks := (accounts + perChunk - 1) / perChunk
	err = inOrder(chunks,
		func(i int) (*ledger, error) { return simulate(i*perChunk, min((i+1)*perChunk, accounts)), nil },
		func(l *ledger) error {
			for name, text := range map[string][]byte{
				"accounts": l.accounts, "account_history": l.history, "subscriptions": l.subscriptions, "subscription_items": l.items,
			} {
				if _, err := files[name].Write(text); err != nil {
					return fmt.Errorf("write the company's file %s: %w", name, err)
				}
			}
			return errors.Join(lines.add(&l.lines), invoices.add(&l.invoices))
		})
	if err != nil {
		return err
	}
	if _, err := files["fx_rates"].Write(rates()); err != nil {
		return fmt.Errorf("write the company's file fx_rates: %w", err)
	}
	if err := errors.Join(lines.write(files["invoice_lines"]), invoices.write(files["invoices"])); err != nil {
		return err
	}
	for name, file := range files {
		if err := file.Flush(); err != nil {
			return fmt.Errorf("write the company's file %s: %w", name, err)
		}
	}
	return nil
}

var headers = map[string]string{
	"accounts":           "account_id,name,domain,tax_id,segment,industry,country,acquisition_channel,owner,created_at",
	"account_history":    "account_id,valid_from,segment,industry,country,acquisition_channel",
	"subscriptions":      "subscription_id,account_id,started_on,ended_on,canceled_at,cancel_reason,trial_start,trial_end",
	"subscription_items": "item_id,account_id,subscription_id,product_id,plan_id,quantity,currency,mrr,starts_on,ends_on",
	"invoice_lines": "line_id,invoice_id,account_id,subscription_id,product_id,plan_id,kind,currency,amount,discount_amount," +
		"discount_duration,quantity,interval_amount,service_start,service_end,interval_unit,interval_count,is_proration," +
		"invoice_status,status_changed_at,issued_at",
	"invoices": "invoice_id,account_id,issued_at,due_at,paid_at,status,total,currency",
	"fx_rates": "day,currency,rate",
}
