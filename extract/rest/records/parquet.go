package records

import (
	"io"
	"math"
	"slices"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	pqzstd "github.com/parquet-go/parquet-go/compress/zstd"
)

var fastest = &pqzstd.Codec{Level: zstd.SpeedFastest}

// ordered is a schema whose columns keep their order: parquet.Group sorts them by name.
type ordered struct {
	parquet.Group
	names []string
}

func (o ordered) Fields() []parquet.Field {
	fields := o.Group.Fields()
	slices.SortFunc(fields, func(a, b parquet.Field) int {
		return slices.Index(o.names, a.Name()) - slices.Index(o.names, b.Name())
	})
	return fields
}

// sheet is a column of the file: its node, and how the values of rows become those of the file.
type sheet struct {
	name string
	node parquet.Node
	// fill sets the values of rows, with their level. One of a constant fills for all.
	fill     func(to []parquet.Value, rows []uint32)
	constant bool
}

// batchRows is how many values are handed over at once.
const batchRows = 1024

// writeParquet writes the rows that count, column by column, as one row group.
func (w *Writer) writeParquet(out io.Writer) error {
	rows := w.liveRows()
	sheets := w.sheets(rows)
	group := ordered{Group: parquet.Group{}}
	for _, s := range sheets {
		group.Group[s.name] = s.node
		group.names = append(group.names, s.name)
	}
	options := []parquet.WriterOption{parquet.NewSchema("records", group), parquet.Compression(fastest), parquet.DataPageStatistics(false), parquet.CreatedBy("lastro", "", "")}
	for _, c := range append(slices.Clip(w.columns), &w.extra) {
		if c.isBytes() && !c.key { // nobody looks for ranges of such texts
			options = append(options, parquet.SkipPageBounds(c.name))
		}
	}
	pq := parquet.NewGenericWriter[any](out, options...)
	values := make([]parquet.Value, batchRows)
	for i, column := range pq.ColumnWriters() {
		for rest := rows; len(rest) > 0; {
			n := min(len(rest), batchRows)
			if !sheets[i].constant || len(rest) == len(rows) {
				sheets[i].fill(values[:n], rest[:n])
			}
			if _, err := column.WriteRowValues(values[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
	}
	return pq.Close()
}

// liveRows gives the numbers of the rows of which no later one has the key.
func (w *Writer) liveRows() []uint32 {
	w.rows = w.rows[:0]
	for row := range w.lines {
		if w.dead == nil || !w.dead[row] {
			w.rows = append(w.rows, uint32(row))
		}
	}
	return w.rows
}

func (w *Writer) sheets(rows []uint32) []sheet {
	var sheets []sheet
	for _, c := range w.columns {
		sheets = append(sheets, c.sheet(rows))
	}
	sheets = append(sheets, sheet{deletedColumn, parquet.Leaf(parquet.BooleanType), func(to []parquet.Value, rows []uint32) {
		for i, row := range rows {
			to[i] = parquet.BooleanValue(w.gone[row] == 1)
		}
	}, false})
	constant := func(name string, node parquet.Node, value parquet.Value) {
		sheets = append(sheets, sheet{name, parquet.Encoded(node, &parquet.RLEDictionary), func(to []parquet.Value, rows []uint32) {
			for i := range rows {
				to[i] = value
			}
		}, true})
	}
	sheets = append(sheets, w.extra.sheet(rows))
	constant("_source", parquet.String(), parquet.ByteArrayValue([]byte(w.options.Stream.Source)))
	constant("_file", parquet.String(), parquet.ByteArrayValue([]byte(w.options.File)))
	sheets = append(sheets, sheet{"_line", packed(parquet.Int(64)), func(to []parquet.Value, rows []uint32) {
		for i, row := range rows {
			to[i] = parquet.Int64Value(w.lines[row])
		}
	}, false})
	constant("_run_id", parquet.String(), parquet.ByteArrayValue([]byte(w.options.RunID)))
	constant("_first_seen", parquet.TimestampAdjusted(parquet.Microsecond, false), parquet.Int64Value(w.options.FirstSeen.UnixMicro()))
	return sheets
}

// sheet gives the column's part of the file. One that has a value in every row is required: that spares the levels.
func (c *column) sheet(rows []uint32) sheet {
	node, fill := c.form.node(c)
	if c.form == asText && c.repeats(rows) {
		node = parquet.Encoded(node, &parquet.RLEDictionary)
	}
	if slices.Index(c.defined, 0) < 0 {
		return sheet{c.name, node, fill, false}
	}
	return sheet{c.name, parquet.Optional(node), func(to []parquet.Value, rows []uint32) {
		fill(to, rows)
		for i, row := range rows {
			if c.defined[row] == 0 {
				to[i] = parquet.NullValue()
			} else {
				to[i] = to[i].Level(0, 1, 0) // the column is not looked at
			}
		}
	}, false}
}

// node gives the Parquet type of a column and how its values are written.
func (f form) node(c *column) (parquet.Node, func(to []parquet.Value, rows []uint32)) {
	number := func(value func(int64) parquet.Value) func([]parquet.Value, []uint32) {
		return func(to []parquet.Value, rows []uint32) {
			for i, row := range rows {
				to[i] = value(c.numbers[row])
			}
		}
	}
	long := func(to []parquet.Value, rows []uint32) {
		for i, row := range rows {
			to[i] = parquet.Int64Value(c.numbers[row])
		}
	}
	short := number(func(v int64) parquet.Value { return parquet.Int32Value(int32(v)) })
	switch f {
	case asText, asJSON:
		return parquet.String(), func(to []parquet.Value, rows []uint32) {
			for i, row := range rows {
				to[i] = parquet.ByteArrayValue(c.value(int(row)))
			}
		}
	case asDate:
		return parquet.Date(), short
	case asTimestamp:
		return packed(parquet.TimestampAdjusted(parquet.Microsecond, false)), long
	case asBoolean:
		return parquet.Leaf(parquet.BooleanType), number(func(v int64) parquet.Value { return parquet.BooleanValue(v == 1) })
	case asDouble:
		return parquet.Leaf(parquet.DoubleType), number(func(v int64) parquet.Value { return parquet.DoubleValue(math.Float64frombits(uint64(v))) })
	case asDecimal:
		switch {
		case c.width > 18:
			return parquet.Decimal(c.scale, c.width, parquet.FixedLenByteArrayType(16)), func(to []parquet.Value, rows []uint32) {
				for i, row := range rows {
					to[i] = parquet.FixedLenByteArrayValue(c.value(int(row)))
				}
			}
		case c.width > 9:
			return packed(parquet.Decimal(c.scale, c.width, parquet.Int64Type)), long
		}
		return parquet.Decimal(c.scale, c.width, parquet.Int32Type), short
	}
	return packed(parquet.Int(64)), long
}

// packed keeps whole numbers by their differences, which leaves the compressor little to do.
func packed(node parquet.Node) parquet.Node { return parquet.Encoded(node, &parquet.DeltaBinaryPacked) }

// repeats tells whether a dictionary pays: whether few of some values, taken from all over the column, differ.
func (c *column) repeats(rows []uint32) bool {
	const sample = 512
	if len(rows) < 16 {
		return false
	}
	different := map[string]struct{}{}
	taken := 0
	for i := 0; i < len(rows); i += max(1, len(rows)/sample) {
		if row := rows[i]; c.defined[row] == 1 {
			taken++
			different[string(c.value(int(row)))] = struct{}{}
		}
	}
	return len(different)*4 < taken
}
