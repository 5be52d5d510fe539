package feed

// Rows takes the rows of a feed. It is used by one goroutine.
type Rows struct {
	columns []column // the last is the file's name
	lines   []int64
	bytes   int
	name    []byte
	send    func(*Rows) error
}

// column is the values of a batch of rows: texts, one behind the other, and plain values.
type column struct {
	data  []byte
	ends  []int32 // where each text ends; shorter than the batch while the last rows have none
	valid []byte  // a bit for each row that has text
	nulls int     // rows that have none, of those that ends knows

	plain      plain
	values     []int64
	validValue []byte
}

const (
	// batchRows are enough for DuckDB's threads to work at length on a batch of their own.
	batchRows = 16_384
	// batchBytes keep a batch of long texts small.
	batchBytes = 8 << 20
)

// newRows makes rows of columns; plainly says whether plain values are wanted apart.
func newRows(columns []Column, plainly bool, send func(*Rows) error) *Rows {
	r := &Rows{columns: make([]column, len(columns)+1), send: send, lines: make([]int64, 0, batchRows)}
	for i := range r.columns {
		c := &r.columns[i]
		c.valid = make([]byte, batchRows/8)
		c.ends = make([]int32, 0, batchRows)
		if plainly && i < len(columns) {
			c.plain = plainOf(columns[i].Type)
		}
		if c.plain.kind != plainNothing {
			c.values = make([]int64, batchRows)
			c.validValue = make([]byte, batchRows/8)
		}
	}
	return r
}

// Set gives the row in hand its text for a column, by number. Empty text is none. A column is set once a row.
func (r *Rows) Set(i int, text []byte) {
	if len(text) == 0 {
		return
	}
	c := &r.columns[i]
	row := len(r.lines)
	if c.plain.kind != plainNothing {
		if value, ok := c.plain.read(text); ok {
			c.values[row] = value
			c.validValue[row>>3] |= 1 << (row & 7)
			return
		}
	}
	if len(c.ends) < row {
		c.pad(row)
	}
	c.data = append(c.data, text...)
	c.ends = append(c.ends, int32(len(c.data)))
	c.valid[row>>3] |= 1 << (row & 7)
	r.bytes += len(text)
}

// End finishes the row in hand. An error means that no more rows are wanted.
func (r *Rows) End(file string, line int64) error {
	r.name = append(r.name[:0], file...)
	r.Set(len(r.columns)-1, r.name)
	r.lines = append(r.lines, line)
	if len(r.lines) < batchRows && r.bytes < batchBytes {
		return nil
	}
	return r.flush()
}

func (r *Rows) flush() error {
	if len(r.lines) == 0 {
		return nil
	}
	for i := range r.columns {
		r.columns[i].pad(len(r.lines))
	}
	err := r.send(r)
	for i := range r.columns {
		c := &r.columns[i]
		c.data, c.ends, c.nulls = c.data[:0], c.ends[:0], 0
		clear(c.valid)
		clear(c.validValue)
	}
	r.lines, r.bytes = r.lines[:0], 0
	return err
}

// pad gives the rows before row, that have no text, none.
func (c *column) pad(row int) {
	for len(c.ends) < row {
		c.ends = append(c.ends, int32(len(c.data)))
		c.nulls++
	}
}
