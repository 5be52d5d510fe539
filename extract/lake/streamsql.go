package lake

import (
	"slices"
	"strings"
)

// CurrentSQL gives a DuckDB SELECT of the stream's current records, with all of
// Columns in their order. In a stream with a key that is the latest version of
// each key, in one without the rows of every file's latest reading.
func (s StreamView) CurrentSQL() string {
	if len(s.Key) == 0 || (oneRun(s.Batches) && !s.mixedKeys()) {
		return s.VersionsSQL()
	}
	if s.mixedKeys() {
		// Batches kept by another key may hold a key several times in one run.
		return s.latestSQL(s.Batches, "_first_seen desc, _file, _line")
	}
	return s.layeredSQL()
}

// VersionsSQL gives a DuckDB SELECT of every version of every record that the
// view knows, with all of Columns in their order. In a stream without key the
// versions are the current rows.
func (s StreamView) VersionsSQL() string { return s.readSQL(s.Batches, s.Columns) }

// layeredSQL reads the largest run's batches as they are, without the keys that
// newer batches have, and sorts only the others by version: the first load of a
// stream is often a hundred times what follows, and a window over it all would
// cost more than the models that read it. A key stands once in all batches of
// a run.
func (s StreamView) layeredSQL() string {
	base, end := s.largestRun()
	older, newer := s.Batches[:base], s.Batches[end:]
	parts := []string{s.withoutSQL(s.Batches[base:end], newer)}
	if len(newer) > 0 {
		parts = append(parts, s.latestSQL(newer, "_first_seen desc"))
	}
	if len(older) > 0 {
		parts = append(parts, s.withoutSQL(older, s.Batches[base:]))
	}
	return strings.Join(parts, "\nunion all\n")
}

// largestRun gives the bounds of the batches of the run that has the most rows.
func (s StreamView) largestRun() (base, end int) {
	var most int64
	for from := 0; from < len(s.Batches); {
		to, rows := from, int64(0)
		for ; to < len(s.Batches) && s.Batches[to].RunID == s.Batches[from].RunID; to++ {
			rows += s.Batches[to].Rows
		}
		if rows > most {
			base, end, most = from, to, rows
		}
		from = to
	}
	return base, end
}

// oneRun tells whether all batches are of one run, in which a key stands once.
func oneRun(batches []Batch) bool {
	return !slices.ContainsFunc(batches, func(b Batch) bool { return b.RunID != batches[0].RunID })
}

// withoutSQL reads the latest versions in batches whose key is in none of the
// later ones.
func (s StreamView) withoutSQL(batches, later []Batch) string {
	from := s.latestSQL(batches, "_first_seen desc")
	if len(later) == 0 {
		return from
	}
	same := make([]string, len(s.Key))
	for i, key := range s.Key {
		same[i] = "later_rows." + quoteName(key) + " is not distinct from batch_rows." + quoteName(key)
	}
	return "select " + quoteNames(s.names()) + " from (\n" + from + "\n) as batch_rows where not exists (\nselect 1 from (\n" +
		s.readSQL(later, s.keyColumns()) + "\n) as later_rows where " + strings.Join(same, " and ") + "\n)"
}

// latestSQL reads the latest version of each key within batches.
func (s StreamView) latestSQL(batches []Batch, newestFirst string) string {
	read := s.readSQL(batches, s.Columns)
	if oneRun(batches) && !s.mixedKeys() {
		return read
	}
	rank := s.freeName("_version_rank")
	return "select " + quoteNames(s.names()) + " from (\nselect *, row_number() over (partition by " + quoteNames(s.Key) +
		" order by " + newestFirst + ") as " + rank + " from (\n" + read + "\n) as batch_rows\n) as ranked_rows where " + rank + " = 1"
}

// readSQL reads columns of batches. Batches of the same columns are one scan;
// each scan casts what is of another type and fills what it lacks.
func (s StreamView) readSQL(batches []Batch, columns []Column) string {
	if len(batches) == 0 {
		return selectSQL(nil, columns) + " where false"
	}
	var parts []string
	for _, group := range byColumns(batches) {
		parts = append(parts, selectSQL(group[0].columns, columns)+" from "+readParquet(pathsOf(group)...))
	}
	return strings.Join(parts, "\nunion all\n")
}

// byColumns puts batches of the same columns together, in the order given.
func byColumns(batches []Batch) [][]Batch {
	var groups [][]Batch
	at := map[int]int{}
	for _, b := range batches {
		i, have := at[b.entry.Schema]
		if !have {
			i = len(groups)
			at[b.entry.Schema] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], b)
	}
	return groups
}

func pathsOf(batches []Batch) []string {
	paths := make([]string, len(batches))
	for i, b := range batches {
		paths[i] = b.Path
	}
	return paths
}

// selectSQL lists wanted columns out of those there are.
func selectSQL(have, want []Column) string {
	list := make([]string, len(want))
	for i, w := range want {
		h, ok := columnOf(have, w.Name)
		switch {
		case !ok:
			list[i] = "cast(null as " + w.Type + ") as " + quoteName(w.Name)
		case h == w:
			list[i] = quoteName(w.Name)
		case h.Type == w.Type:
			list[i] = quoteName(h.Name) + " as " + quoteName(w.Name)
		default:
			list[i] = "cast(" + quoteName(h.Name) + " as " + w.Type + ") as " + quoteName(w.Name)
		}
	}
	return "select " + strings.Join(list, ", ")
}

func (s StreamView) names() []string {
	names := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		names[i] = c.Name
	}
	return names
}

func (s StreamView) keyColumns() []Column {
	columns := make([]Column, 0, len(s.Key))
	for _, key := range s.Key {
		if c, ok := columnOf(s.Columns, key); ok {
			columns = append(columns, c)
		}
	}
	return columns
}

// mixedKeys tells whether the stream's key was another one in some batch.
func (s StreamView) mixedKeys() bool {
	return slices.ContainsFunc(s.Batches, func(b Batch) bool { return !slices.Equal(b.entry.Key, s.Key) })
}

// freeName gives a column name that no record uses.
func (s StreamView) freeName(name string) string {
	for {
		if _, taken := columnOf(s.Columns, name); !taken {
			return quoteName(name)
		}
		name += "_"
	}
}
