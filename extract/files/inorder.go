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

// feedInOrder reads the records in the order of their keys. The files lie in the system's memory, mapped into ours.
func (t *textFiles) feedInOrder(rows *feed.Rows) (err error) {
	// A file that is cut short while it is mapped is a fault of memory, which shall be an error of the reading.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		fault := recover()
		if fault == nil {
			return
		}
		if memory, ok := fault.(runtime.Error); !ok || !isMemoryFault(memory) {
			panic(fault)
		}
		err = errors.New("a file was cut short while it was read: run again when it is written whole")
	}()
	form, ok := t.form.(*delimitedForm)
	if !ok {
		return fmt.Errorf("%s is not read in order", t.stream.form())
	}
	readers := make([]*delimitedRecords, len(t.files))
	for i, f := range t.files {
		data, unmap, mapErr := mapFile(f)
		if mapErr != nil {
			return mapErr
		}
		defer func() { err = errors.Join(err, unmap()) }()
		readers[i] = form.inMemory(f, data)
	}
	if err := t.keys.places.sort(func(at place) ([]byte, error) {
		_, err := readers[at.file].at(at)
		return readers[at.file].key(), err
	}); err != nil {
		return err
	}
	t.marks = t.keys.marks
	total := sizeOf(t.files)
	all := len(t.keys.places.records)
	for i, at := range t.keys.places.records {
		if i%markEvery == 0 {
			t.progress(int64(float64(total)*float64(i)/float64(all)), total)
		}
		if err := t.feedPlace(at, readers[at.file], rows); err != nil {
			return err
		}
	}
	for _, at := range t.keys.places.broken {
		if err := t.feedPlace(at, readers[at.file], rows); err != nil {
			return err
		}
	}
	t.progress(total, total)
	return unchanged(t.files)
}

func (t *textFiles) feedPlace(at place, reader *delimitedRecords, rows *feed.Rows) error {
	f := t.files[at.file]
	record, err := reader.at(at)
	if err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return t.feedRecord(f.name, record, reader, rows)
}

// at reads the record at a place.
func (r *delimitedRecords) at(at place) (textRecord, error) {
	r.reader.Seek(delimited.Position{Offset: at.offset, Line: int64(at.line)})
	return r.next()
}

func (d *delimitedForm) inMemory(f file, data []byte) *delimitedRecords {
	one := d.files[f.name]
	return &delimitedRecords{reader: delimited.InMemory(data, one.dialect, one.header), columns: one.columns, keyColumns: d.keyColumns(f, d.keyNames)}
}

// isMemoryFault tells a fault of mapped memory, which has an address, from other errors of the runtime.
func isMemoryFault(err runtime.Error) bool {
	fault, ok := err.(interface{ Addr() uintptr })
	return ok && fault.Addr() != 0
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
