// Package csvdir publishes each table as <table>.csv in a folder of the run, see package rundir.
//
// The files are RFC 4180 with one difference: lines end with LF, as all that read CSV take it and line tools expect it.
// A header of column names; NULL is an empty field and an empty text is ""; dates are 2025-01-31, timestamps
// 2025-01-31T12:00:00Z with a fraction only when there is one; DECIMALs have all digits of their scale and DOUBLEs the
// fewest that give the same number again, both without exponents; true and false. Text is copied byte for byte,
// also where it is not UTF-8 or holds NUL. A table of one column writes NULL as an empty line.
package csvdir

import (
	"context"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"

	"lastro/load"
	"lastro/load/rundir"
)

// New gives the target that publishes CSV at path, which is absolute.
func New(path string, o rundir.Options) *rundir.Target {
	return rundir.New(path, rundir.Format{Kind: "csv", Ext: "csv", Encode: encode}, o)
}

const (
	bufferSize = 256 << 10
	// checkEvery is how many rows are written between two looks at the context.
	checkEvery = 4096
)

func encode(ctx context.Context, w io.Writer, t load.Table, r *load.Reader) error {
	out := &output{w: w, buf: make([]byte, 0, bufferSize+bufferSize/4)}
	for i, c := range t.Columns {
		if i > 0 {
			out.buf = append(out.buf, ',')
		}
		out.buf = appendText(out.buf, c.Name)
	}
	out.buf = append(out.buf, '\n')
	for r.Next() {
		if err := out.batch(ctx, t, r.RecordBatch()); err != nil {
			return err
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	return out.flush()
}

// output gathers lines and hands them on in large pieces.
type output struct {
	w   io.Writer
	buf []byte
}

func (o *output) flush() error {
	_, err := o.w.Write(o.buf)
	o.buf = o.buf[:0]
	return err
}

func (o *output) batch(ctx context.Context, t load.Table, batch arrow.RecordBatch) error {
	cells := make([]cell, batch.NumCols())
	nulls := make([]arrow.Array, len(cells)) // nil where no value is NULL
	for c := range cells {
		column := batch.Column(c)
		var err error
		if cells[c], err = newCell(column); err != nil {
			return fmt.Errorf("column %s: %w", t.Columns[c].Name, err)
		}
		if column.NullN() > 0 {
			nulls[c] = column
		}
	}
	for row := range int(batch.NumRows()) {
		if row%checkEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		buf := o.buf
		for c, write := range cells {
			if c > 0 {
				buf = append(buf, ',')
			}
			if nulls[c] != nil && nulls[c].IsNull(row) {
				continue
			}
			var err error
			if buf, err = write(buf, row); err != nil {
				return fmt.Errorf("column %s: %w", t.Columns[c].Name, err)
			}
		}
		o.buf = append(buf, '\n')
		if len(o.buf) >= bufferSize {
			if err := o.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}
