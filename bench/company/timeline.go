package company

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// entries are rows by month, each with what it is sorted by: its moment and its account.
type entries [calendarMonths][]byte

const entryHead = 8 + 8 + 4

// add appends the row that write appends, to be sorted by moment, then by tie.
func (e *entries) add(at moment, tie uint64, write func([]byte) []byte) {
	month := &e[at.day().month()]
	start := len(*month)
	text := binary.LittleEndian.AppendUint64(*month, uint64(at))
	text = binary.LittleEndian.AppendUint64(text, tie)
	text = write(append(text, 0, 0, 0, 0))
	binary.LittleEndian.PutUint32(text[start+16:], uint32(len(text)-start-entryHead))
	*month = text
}

// timeline puts rows in the order of their time, a file a month, so that a company of any size fits in memory.
type timeline struct {
	dir    string
	months [calendarMonths]*os.File
}

func newTimeline(dir, name string) (*timeline, error) {
	t := &timeline{dir: filepath.Join(dir, name+".months")}
	if err := os.Mkdir(t.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the company's folder of months: %w", err)
	}
	return t, nil
}

func (t *timeline) add(rows *entries) error {
	for month, text := range rows {
		if len(text) == 0 {
			continue
		}
		if t.months[month] == nil {
			file, err := os.Create(filepath.Join(t.dir, fmt.Sprint(month)))
			if err != nil {
				return fmt.Errorf("make the company's file of a month: %w", err)
			}
			t.months[month] = file
		}
		if _, err := t.months[month].Write(text); err != nil {
			return fmt.Errorf("write the company's file of a month: %w", err)
		}
	}
	return nil
}

// write gives all rows in order.
func (t *timeline) write(to *bufio.Writer) error {
	return inOrder(len(t.months), func(i int) ([]byte, error) { return sorted(t.months[i]) }, func(text []byte) error {
		_, err := to.Write(text)
		return err
	})
}

func (t *timeline) remove() error {
	for _, file := range t.months {
		if file != nil {
			file.Close()
		}
	}
	return os.RemoveAll(t.dir)
}

type entry struct {
	at   moment
	tie  uint64
	text []byte
}

// sorted gives the rows of one month's file in their order.
func sorted(file *os.File) ([]byte, error) {
	if file == nil {
		return nil, nil
	}
	size, sizeErr := file.Seek(0, io.SeekEnd)
	text := make([]byte, size)
	_, readErr := file.ReadAt(text, 0)
	if err := errors.Join(sizeErr, readErr); err != nil {
		return nil, fmt.Errorf("read the company's file of a month: %w", err)
	}
	var rows []entry
	for at := 0; at < len(text); {
		end := at + entryHead + int(binary.LittleEndian.Uint32(text[at+16:]))
		rows = append(rows, entry{
			at:  moment(binary.LittleEndian.Uint64(text[at:])),
			tie: binary.LittleEndian.Uint64(text[at+8:]), text: text[at+entryHead : end],
		})
		at = end
	}
	slices.SortFunc(rows, func(a, b entry) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.tie, b.tie)) })
	out := make([]byte, 0, len(text)-entryHead*len(rows))
	for _, row := range rows {
		out = append(out, row.text...)
	}
	return out, nil
}
