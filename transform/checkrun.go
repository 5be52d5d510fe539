package transform

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"golang.org/x/sync/errgroup"
)

// sampleRows is how many failures a result shows.
const sampleRows = 5

// CheckOptions says how checks are run.
type CheckOptions struct {
	// Limit is how many checks run at once, the number of processors when 0.
	Limit int
	// Notify is told of each check that is done, from several goroutines at once; it may be nil.
	Notify func(CheckResult)
	// Now is the clock that checks are timed by; nil is the system's. It must be safe for concurrent use.
	Now func() time.Time
}

// CheckResult is what a check found.
type CheckResult struct {
	Check
	Passed bool
	// Failures is the number of rows that failed.
	Failures int64
	// Columns names the columns of Sample, which holds the first failures as text, NULL for none, in the order of their columns.
	Columns []string
	Sample  [][]string
	Seconds float64
}

// RunChecks runs the checks of a selection, several at once, and gives a result for each, in the order of ChecksOf.
// A check that fails is a result, not an error; an error is a check that could not be run, and names its file and line.
func (p *Project) RunChecks(ctx context.Context, engine Engine, selection *Selection, opts CheckOptions) ([]CheckResult, error) {
	if opts.Limit <= 0 {
		opts.Limit = runtime.NumCPU()
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	checks := p.ChecksOf(selection)
	results := make([]CheckResult, len(checks))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(opts.Limit)
	for i, check := range checks {
		group.Go(func() error {
			start := opts.Now()
			result, err := runCheck(ctx, engine, check)
			if err != nil {
				return check.wrap(err)
			}
			result.Seconds = opts.Now().Sub(start).Seconds()
			results[i] = result
			if opts.Notify != nil {
				opts.Notify(result)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return results, nil
}

// wrap says of an error which check could not run, and where it is written.
func (c Check) wrap(err error) error {
	line, column := c.Line, 0
	var refused *SQLError
	if errors.As(err, &refused) && c.isFile {
		line, column = position(c.SQL, refused.Offset-len(countHead))
	}
	return fmt.Errorf("run check %s: %s: %w", c.ID(), place(c.File, line, column), err)
}

const countHead = "select count(*) as failures from (\n"

func runCheck(ctx context.Context, engine Engine, check Check) (CheckResult, error) {
	result := CheckResult{Check: check}
	_, rows, err := readText(ctx, engine, countHead+check.SQL+"\n) as failed")
	if err != nil {
		return result, err
	}
	if _, err := fmt.Sscan(rows[0][0], &result.Failures); err != nil {
		return result, fmt.Errorf("count failures: %w", err)
	}
	if result.Passed = result.Failures == 0; result.Passed {
		return result, nil
	}
	failed := "from (\n" + check.SQL + "\n) as failed\n"
	columns, _, err := readText(ctx, engine, "select * "+failed+"limit 0")
	if err != nil {
		return result, err
	}
	show := check.shown(columns)
	order := make([]string, len(show))
	for i := range order {
		order[i] = fmt.Sprint(i + 1)
	}
	// ordered by all that it shows, the sample is the same in every run
	result.Columns, result.Sample, err = readText(ctx, engine, fmt.Sprintf(
		"select %s %sorder by %s limit %d", quoteList(show), failed, strings.Join(order, ", "), sampleRows))
	return result, err
}

// shown gives which of the failures' columns a sample shows: an expression may mention names that are no columns.
func (c Check) shown(columns []string) []string {
	var show []string
	for _, column := range columns {
		if slices.ContainsFunc(c.show, func(name string) bool { return strings.EqualFold(name, column) }) {
			show = append(show, column)
		}
	}
	if len(show) == 0 {
		return columns
	}
	return show
}

// readText reads a small result as text.
func readText(ctx context.Context, engine Engine, query string) (columns []string, rows [][]string, err error) {
	reader, err := engine.Read(ctx, query)
	if err != nil {
		return nil, nil, err
	}
	defer reader.Release()
	for _, field := range reader.Schema().Fields() {
		columns = append(columns, field.Name)
	}
	for reader.Next() {
		rows = appendText(rows, reader.RecordBatch())
	}
	return columns, rows, reader.Err()
}

func appendText(rows [][]string, batch arrow.RecordBatch) [][]string {
	for i := range int(batch.NumRows()) {
		row := make([]string, batch.NumCols())
		for j, column := range batch.Columns() {
			row[j] = cellText(column, i)
		}
		rows = append(rows, row)
	}
	return rows
}

// cellText writes a value as a person reads it: ISO dates, plain decimals, NULL.
func cellText(column arrow.Array, row int) string {
	if column.IsNull(row) {
		return "NULL"
	}
	switch c := column.(type) {
	case *array.Timestamp:
		unit := c.DataType().(*arrow.TimestampType).Unit
		return c.Value(row).ToTime(unit).UTC().Format("2006-01-02 15:04:05.999999")
	case *array.Decimal128:
		return c.Value(row).ToString(c.DataType().(*arrow.Decimal128Type).Scale)
	}
	return strings.Clone(column.ValueStr(row)) // the text lies in the batch's memory, which is given back
}
