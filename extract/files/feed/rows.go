package feed

// Rows takes the rows of a feed. It is used by one goroutine.
type Rows struct {
	columns []column // the last is the file's name
	lines   []int64
	bytes   int
	name    []byte
	to      destination
}

// destination takes the rows, batch by batch.
type destination struct {
	make func(*Rows) (batch any, err error) // what stands for a batch of rows, which are used again afterwards
	put  func(batch any) error              // in the order of the rows
	// perWorker makes a destination's rows for another goroutine; nil: all rows come from one.
	perWorker func() *Rows
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
	// BatchRows are enough for DuckDB's threads to work at length on a batch of their own.
	BatchRows = 16_384
	// batchBytes keep a batch of long texts small.
	batchBytes = 8 << 20
)

// newRows makes rows of columns; plainly says whether plain values are wanted apart.
func newRows(columns []Column, plainly bool, to destination) *Rows {
	r := &Rows{columns: make([]column, len(columns)+1), to: to, lines: make([]int64, 0, BatchRows)}
	for i := range r.columns {
		c := &r.columns[i]
		c.valid = make([]byte, BatchRows/8)
		c.ends = make([]int32, 0, BatchRows)
		if plainly && i < len(columns) {
			c.plain = plainOf(columns[i].Type)
		}
		if c.plain.kind != plainNothing {
			c.values = make([]int64, BatchRows)
			c.validValue = make([]byte, BatchRows/8)
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
	if len(r.lines) < BatchRows && r.bytes < batchBytes || r.to.put == nil {
		return nil
	}
	return r.flush()
}

func (r *Rows) flush() error {
	if len(r.lines) == 0 {
		return nil
	}
	batch, err := r.finish()
	if err != nil {
		return err
	}
	return r.to.put(batch)
}

// finish makes a batch of the rows in hand and begins anew.
func (r *Rows) finish() (batch any, err error) {
	for i := range r.columns {
		r.columns[i].pad(len(r.lines))
	}
	batch, err = r.to.make(r)
	for i := range r.columns {
		c := &r.columns[i]
		c.data, c.ends, c.nulls = c.data[:0], c.ends[:0], 0
		clear(c.valid)
		clear(c.validValue)
	}
	r.lines, r.bytes = r.lines[:0], 0
	return batch, err
}

// pad gives the rows before row, that have no text, none.
func (c *column) pad(row int) {
	for len(c.ends) < row {
		c.ends = append(c.ends, int32(len(c.data)))
		c.nulls++
	}
}
