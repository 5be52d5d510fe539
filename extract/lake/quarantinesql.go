package lake

import (
	"slices"
	"strings"
)

const quarantineColumns = "run_id, source, stream, file, line, column_name, reason, record"

const emptyQuarantine = "select cast(null as varchar) as run_id, cast(null as varchar) as source, cast(null as varchar) as stream, " +
	"cast(null as varchar) as file, cast(null as bigint) as line, cast(null as varchar) as column_name, " +
	"cast(null as varchar) as reason, cast(null as varchar) as record where false"

// QuarantineSQL gives a DuckDB SELECT of the quarantine that counts, that of
// each file's latest reading: run_id, source, stream, file, line, column_name
// (NULL when it is the record as a whole), reason, record.
func (v *View) QuarantineSQL() string {
	l := Lake{dir: v.dir}
	var whole []string // files whose every row counts
	var parts []string
	for _, q := range currentQuarantine(v.m, v.last) {
		if len(q.counting) == len(q.read.Rows) {
			whole = append(whole, l.at(q.read.Path))
			continue
		}
		files := make([]string, len(q.counting))
		for i, file := range q.counting {
			files[i] = quoteText(file)
		}
		parts = append(parts, "select "+quarantineColumns+" from "+readParquet(l.at(q.read.Path))+" where file in ("+strings.Join(files, ", ")+")")
	}
	if len(whole) > 0 {
		parts = append(parts, "select "+quarantineColumns+" from "+readParquet(whole...))
	}
	if len(parts) == 0 {
		return emptyQuarantine
	}
	return strings.Join(parts, "\nunion all\n")
}

// countingRead is a reading with the files whose quarantined records count.
type countingRead struct {
	read     readEntry
	counting []string
}

// currentQuarantine gives the readings, from the oldest, that at commit number
// last have records in quarantine which no later reading made obsolete.
func currentQuarantine(m *manifest, last int) []countingRead {
	order := m.commitOrder()
	known := slices.DeleteFunc(slices.Clone(m.Reads), func(r readEntry) bool { return order[r.RunID] > last })
	slices.SortStableFunc(known, func(a, b readEntry) int { return order[a.RunID] - order[b.RunID] })
	again := map[streamFile]bool{}
	var current []countingRead
	for _, r := range slices.Backward(known) {
		q := countingRead{read: r}
		for _, file := range r.Files {
			at := streamFile{r.id(), file}
			if !again[at] && r.Rows[file] > 0 {
				q.counting = append(q.counting, file)
			}
			again[at] = true
		}
		if len(q.counting) > 0 {
			current = append(current, q)
		}
	}
	slices.Reverse(current)
	return current
}
