package files

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"lastro/extract/files/delimited"
	"lastro/extract/files/feed"
)

// inOrder reads the records of delimited files in the order of their keys, or single ones of them. The files are
// mapped into memory.
type inOrder struct {
	*textFiles
	form *delimitedForm
	data [][]byte // by file
	all  []place  // the records in order
}

// mostReaders is how many goroutines read at most: more than DuckDB's threads keep up with help nobody.
const mostReaders = 4

func (t *textFiles) feedInOrder(rows *feed.Rows) (err error) {
	form, ok := t.form.(*delimitedForm)
	if !ok {
		return fmt.Errorf("%s is not read in order", t.stream.form())
	}
	o := &inOrder{textFiles: t, form: form}
	for _, f := range t.files {
		data, unmap, mapErr := mapFile(f)
		if mapErr != nil {
			return mapErr
		}
		defer func() { err = errors.Join(err, unmap()) }()
		o.data = append(o.data, data)
	}
	t.marks = t.keys.marks
	if t.part == onlyTwins {
		o.all, err = t.keys.twins(form, t.files)
	} else {
		err = o.sort()
	}
	if err != nil {
		return err
	}
	parts := (len(o.all) + feed.BatchRows - 1) / feed.BatchRows
	workers := min(mostReaders, runtime.GOMAXPROCS(0))
	if err := rows.InParallel(parts, workers, o.part); err != nil {
		return err
	}
	if err := o.broken(rows); err != nil {
		return err
	}
	t.tellProgress(sizeOf(t.files), sizeOf(t.files))
	return unchanged(t.files)
}

// sort puts the places into the order of the keys.
func (o *inOrder) sort() (err error) {
	defer shielded(&err)()
	readers := o.readers()
	o.all, err = o.keys.places.sort(func(at place) ([]byte, error) {
		_, err := readers[at.file].at(at)
		return readers[at.file].key(), err
	})
	return err
}

// part reads the records of one batch.
func (o *inOrder) part(part int, rows *feed.Rows) (err error) {
	defer shielded(&err)()
	readers := o.readers()
	begin := part * feed.BatchRows
	total := sizeOf(o.files)
	o.tellProgress(int64(float64(total)*float64(begin)/float64(len(o.all))), total)
	for _, at := range o.all[begin:min(begin+feed.BatchRows, len(o.all))] {
		if err := o.feedPlace(at, readers, rows); err != nil {
			return err
		}
	}
	return nil
}

// broken reads the records that cannot be split, to say what is wrong with them.
func (o *inOrder) broken(rows *feed.Rows) (err error) {
	defer shielded(&err)()
	readers := o.readers()
	for _, at := range o.keys.places.broken { // feedRecord leaves them where only twins are read
		if err := o.feedPlace(at, readers, rows); err != nil {
			return err
		}
	}
	return nil
}

func (o *inOrder) feedPlace(at place, readers []*delimitedRecords, rows *feed.Rows) error {
	f, reader := o.files[at.file], readers[at.file]
	record, err := reader.at(at)
	if err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return o.feedRecord(f.name, record, reader, rows)
}

func (o *inOrder) readers() []*delimitedRecords {
	readers := make([]*delimitedRecords, len(o.files))
	for i, f := range o.files {
		readers[i] = o.form.inMemory(f, o.data[i])
	}
	return readers
}

func (d *delimitedForm) inMemory(f file, data []byte) *delimitedRecords {
	one := d.files[f.name]
	return &delimitedRecords{reader: delimited.InMemory(data, one.dialect, one.header), columns: one.columns, keyColumns: d.keyColumns(f, d.keyNames)}
}

// at reads the record at a place.
func (r *delimitedRecords) at(at place) (textRecord, error) {
	r.reader.Seek(delimited.Position{Offset: at.offset, Line: int64(at.line)})
	return r.next()
}

// shielded makes an error of what happens to a goroutine that reads mapped memory when the file is cut short. It is
// called at once, and what it gives is deferred.
func shielded(err *error) func() {
	before := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(before)
		switch fault := recover().(type) {
		case nil:
		case interface{ Addr() uintptr }:
			*err = errors.New("a file was cut short while it was read: run again when it is written whole")
		default:
			panic(fault)
		}
	}
}

func openForMap(f file) (*os.File, int, error) {
	src, err := os.Open(f.path)
	if err != nil {
		return nil, 0, cannotOpen(f, err)
	}
	info, err := src.Stat()
	if err == nil && info.Size() != f.size {
		err = unchanged([]file{f})
	}
	if err != nil {
		return nil, 0, errors.Join(err, src.Close())
	}
	return src, int(f.size), nil
}
