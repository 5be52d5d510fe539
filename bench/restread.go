package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	// The engine that the lake is read by.
	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	pqzstd "github.com/parquet-go/parquet-go/compress/zstd"

	"lastro/extract"
	"lastro/extract/lake"
	"lastro/extract/rest"
	"lastro/extract/rest/spec"
)

const invoiceConnector = `
connector: invoices
title: Invoices
settings:
  base_url: {description: Where the API is., required: true}
client:
  base_url: "{settings.base_url}"
  limits: {per_second: %s}
resources:
  - name: invoices
    primary_key: [id]
    endpoint:
      path: /v1/invoices
      data_selector: data
      paginator: {type: cursor, param: cursor, next_path: next, more_path: more}
    columns:
      id: {type: text, required: true}
      customer: text
      number: text
      status: text
      currency: text
      amount_due: integer
      amount_paid: money
      created: {type: timestamp, format: epoch}
      due_date: timestamp
      paid: boolean
      interval: {type: text, path: recurring.interval}
      interval_count: {type: integer, path: recurring.interval_count}
      period_start: {type: timestamp, format: epoch}
      period_end: {type: timestamp, format: epoch}
`

// readPages reads all pages of a server into a new lake, as a run does, and looks that all records are there.
func readPages(ctx context.Context, url, dir, limit, wanted string) (err error) {
	connector, err := spec.Parse("invoices.yaml", fmt.Appendf(nil, invoiceConnector, limit))
	if err != nil {
		return err
	}
	source, err := rest.New("books", rest.Options{Connector: connector, Settings: map[string]string{"base_url": url}})
	if err != nil {
		return err
	}
	l, err := lake.Open(filepath.Join(dir, "lake"), nil)
	if err != nil {
		return err
	}
	known, err := l.Now()
	if err != nil {
		return err
	}
	txn, err := l.Begin("bench", time.Now())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, txn.Abort()) }()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, setting := range []string{"set memory_limit = '3GB'", "set temp_directory = " + literal(filepath.Join(txn.TempDir(), "spill"))} {
		if _, err := conn.ExecContext(ctx, setting); err != nil {
			return err
		}
	}
	report, err := source.Read(ctx, extract.Session{Txn: txn, Known: known, Conn: conn, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if err := txn.Commit(ctx); err != nil {
		return err
	}
	if got := strconv.FormatInt(report.Streams[0].Counts.Accepted, 10); got != wanted {
		return fmt.Errorf("%s records were committed, not %s", got, wanted)
	}
	return nil
}

// plainInvoice is a row of the baseline: the same columns.
type plainInvoice struct {
	ID            string    `parquet:"id"`
	Customer      *string   `parquet:"customer,dict"`
	Number        *string   `parquet:"number"`
	Status        *string   `parquet:"status,dict"`
	Currency      *string   `parquet:"currency,dict"`
	AmountDue     *int64    `parquet:"amount_due"`
	AmountPaid    *string   `parquet:"amount_paid"`
	Created       time.Time `parquet:"created,timestamp(microsecond)"`
	DueDate       time.Time `parquet:"due_date,timestamp(microsecond)"`
	Paid          *bool     `parquet:"paid"`
	Interval      *string   `parquet:"interval,dict"`
	IntervalCount *int64    `parquet:"interval_count"`
	PeriodStart   time.Time `parquet:"period_start,timestamp(microsecond)"`
	PeriodEnd     time.Time `parquet:"period_end,timestamp(microsecond)"`
	Extra         string    `parquet:"_extra"`
}

// readPlain does the same the plain way: encoding/json into maps, rows to parquet-go, one file, no keys looked at.
func readPlain(ctx context.Context, url, file string) (err error) {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	pq := parquet.NewGenericWriter[plainInvoice](out, parquet.Compression(&pqzstd.Codec{Level: zstd.SpeedFastest}))
	rows, pending := make([]plainInvoice, 0, pageRecords), 0
	for cursor, more := "", true; more; {
		var page struct {
			Data []map[string]any `json:"data"`
			Next string           `json:"next"`
			More bool             `json:"more"`
		}
		if err := plainPage(ctx, url+"/v1/invoices?cursor="+cursor, &page); err != nil {
			return err
		}
		rows = rows[:0]
		for _, record := range page.Data {
			row, err := plainRow(record)
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		if _, err := pq.Write(rows); err != nil {
			return err
		}
		if pending += len(rows); pending >= 100_000 {
			pending = 0
			if err := pq.Flush(); err != nil {
				return err
			}
		}
		cursor, more = page.Next, page.More
	}
	return errors.Join(pq.Close(), out.Sync())
}

func plainPage(ctx context.Context, url string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

func plainRow(record map[string]any) (row plainInvoice, err error) {
	text := func(name string) *string {
		if v, ok := record[name].(string); ok {
			delete(record, name)
			return &v
		}
		return nil
	}
	number := func(from map[string]any, name string) *int64 {
		if v, ok := from[name].(float64); ok {
			delete(from, name)
			n := int64(v)
			return &n
		}
		return nil
	}
	moment := func(name string) time.Time {
		if n := number(record, name); n != nil {
			return time.Unix(*n, 0)
		}
		return time.Time{}
	}
	if id := text("id"); id != nil {
		row.ID = *id
	}
	row.Customer, row.Number, row.Status, row.Currency = text("customer"), text("number"), text("status"), text("currency")
	row.AmountDue = number(record, "amount_due")
	if v, ok := record["amount_paid"].(float64); ok {
		paid := strconv.FormatFloat(v, 'f', 2, 64)
		row.AmountPaid = &paid
		delete(record, "amount_paid")
	}
	row.Created, row.PeriodStart, row.PeriodEnd = moment("created"), moment("period_start"), moment("period_end")
	if due := text("due_date"); due != nil {
		if row.DueDate, err = time.Parse(time.RFC3339, *due); err != nil {
			return row, err
		}
	}
	if v, ok := record["paid"].(bool); ok {
		row.Paid = &v
		delete(record, "paid")
	}
	if recurring, ok := record["recurring"].(map[string]any); ok {
		if v, ok := recurring["interval"].(string); ok {
			row.Interval = &v
		}
		row.IntervalCount = number(recurring, "interval_count")
		delete(record, "recurring")
	}
	extra, err := json.Marshal(record)
	row.Extra = string(extra)
	return row, err
}
