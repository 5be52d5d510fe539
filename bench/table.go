package main

import (
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"

	"lastro/pipelines"
)

const row = "%-15s %8s %10s %8s  %-19s %8s %7s %7s  %s\n"

// printTable writes the table, what its words mean, and where the time of the transform went.
func printTable(out io.Writer, b *bench, s *site, results []result, models []pipelines.ModelRow) error {
	var text strings.Builder
	fmt.Fprintf(&text, "\nscale %s: %s records, %s invoice lines; %s/%s, %d processors; medians of %d\n\n",
		strconv.FormatFloat(s.scale, 'f', -1, 64), count(s.records), count(s.billed), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), b.runs)
	fmt.Fprintf(&text, row, "", "SECONDS", "ROWS/S", "PEAK MB", "BASELINE", "SECONDS", "RATIO", "TARGET", "")
	for _, r := range results {
		fmt.Fprintf(&text, row, r.name, figure(r.seconds), count(perSecond(r)), count(r.peak/1e6), r.against,
			figure(r.baseline), figure(r.ratio), figure(r.target), verdict(r))
	}
	text.WriteString(legend)
	if len(models) > 0 {
		text.WriteString("\nseconds per model, the slowest first (two are built at once, so they overlap)\n\n")
	}
	for i, model := range models {
		if model.Seconds < 0.1 && i >= 10 {
			fmt.Fprintf(&text, "%-40s %8s s each\n", fmt.Sprintf("%d others", len(models)-i), "< 0.10")
			break
		}
		fmt.Fprintf(&text, "%-40s %8s s %12s rows\n", model.Name, figure(model.Seconds), count(model.Rows))
	}
	_, err := io.WriteString(out, text.String())
	return err
}

const legend = `
Whole processes, in turn with their baselines; peak is the most memory resident at once.
rows                 of extract: records; of the transforms: invoice lines; of loads: rows published
read_csv to parquet  DuckDB: copy (from read_csv(file)) to zstd Parquet, types sniffed, no checks
same statements      what lastro transform told its engine, checks too, one by one to plain DuckDB
grouped sum          DuckDB: sum of amount by account and month of service, from the lake's lines
copy to ...          DuckDB: each published table copied from the build as it lies there
psql \copy           CSV of the published tables into empty ones alike: columns, keys, logged
postgres, 1%         the next load, with every hundredth row changed, against the first one
growth               transform, against that of the smaller company
rest                 an API's records of 600 bytes, 100 a page, 1,000,000 times the scale, served by
                     another process on this machine, read and committed as a run does
encoding/json, rows  Go: the same pages into maps, rows to parquet-go, one file, no checks, no keys
rest, limit          seconds from the first request to the last against those that the limit needs
customers            transform of the same company with days of use, answers, tickets, deals
`

func verdict(r result) string {
	switch {
	case r.target == 0:
		return ""
	case r.ratio <= r.target:
		return "ok"
	default:
		return "MISS"
	}
}

func perSecond(r result) int64 {
	if r.seconds == 0 {
		return 0
	}
	return int64(float64(r.rows) / r.seconds)
}

// figure writes a number with two decimals, nothing for 0.
func figure(value float64) string {
	if value == 0 {
		return ""
	}
	return strconv.FormatFloat(value, 'f', 2, 64)
}

// count writes a number with its thousands apart, nothing for 0.
func count(n int64) string {
	if n == 0 {
		return ""
	}
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
