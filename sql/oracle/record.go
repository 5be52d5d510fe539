package oracle

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// record reads the cells of one CSV row by column name and keeps the first error.
type record struct {
	cells map[string]string
	err   error
}

// readRecords calls each for every row of dir/name.csv; a missing file has no rows.
func readRecords(dir, name string, each func(*record)) error {
	path := filepath.Join(dir, name+".csv")
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	defer file.Close()

	reader := csv.NewReader(file)
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	for err == nil {
		var fields []string
		if fields, err = reader.Read(); err != nil {
			break
		}
		row := &record{cells: map[string]string{}}
		for i, column := range header {
			row.cells[column] = fields[i]
		}
		each(row)
		if row.err != nil {
			line, _ := reader.FieldPos(0)
			return fmt.Errorf("reading %s line %d: %w", path, line, row.err)
		}
	}
	if !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	return nil
}

func (r *record) text(column string) string { return r.cells[column] }

func (r *record) keep(column string, err error) {
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("column %s: %w", column, err)
	}
}

func (r *record) day(column string) Day {
	day, err := ParseDay(r.cells[column])
	r.keep(column, err)
	return day
}

func (r *record) optionalDay(column string) *Day {
	if r.cells[column] == "" {
		return nil
	}
	day := r.day(column)
	return &day
}

func (r *record) stamp(column string) Stamp {
	stamp, err := ParseStamp(r.cells[column])
	r.keep(column, err)
	return stamp
}

func (r *record) optionalNumber(column string) *big.Rat {
	text := r.cells[column]
	if text == "" {
		return nil
	}
	number, ok := new(big.Rat).SetString(text)
	if !ok || strings.ContainsRune(text, '/') {
		r.keep(column, fmt.Errorf("%q is not a number", text))
		return nil
	}
	return number
}

func (r *record) number(column string) *big.Rat {
	if r.cells[column] == "" {
		r.keep(column, errors.New("is required"))
		return ratZero
	}
	return r.optionalNumber(column)
}

func (r *record) integer(column string) int {
	if r.cells[column] == "" {
		return 0
	}
	n, err := strconv.Atoi(r.cells[column])
	r.keep(column, err)
	return n
}

func (r *record) truth(column string) bool {
	if r.cells[column] == "" {
		return false
	}
	truth, err := strconv.ParseBool(strings.ToLower(r.cells[column]))
	r.keep(column, err)
	return truth
}
