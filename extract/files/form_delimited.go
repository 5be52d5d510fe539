package files

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"lastro/extract/files/delimited"
	"lastro/extract/files/feed"
)

// delimitedForm is delimited text. Files of a stream may differ in dialect and columns.
type delimitedForm struct {
	options  delimited.Options
	columns  []string // of all files
	keyNames []string
	files    map[string]delimitedFile
}

// delimitedFile is what a file's beginning tells.
type delimitedFile struct {
	dialect delimited.Dialect
	header  []string
	columns []int // where each of its columns stands among those of all files
}

func newDelimitedForm(s *stream, files []file) (*delimitedForm, error) {
	d := &delimitedForm{files: map[string]delimitedFile{}, keyNames: s.key(), options: delimited.Options{MaxRecord: s.config.MaxRecordBytes}}
	d.options.Delimiter, _ = delimiterOf(s.config.Delimiter)
	d.options.Latin1, _ = isLatin1(s.config.Encoding)
	for _, f := range files {
		one, err := d.look(f)
		if err != nil {
			return nil, err
		}
		if err := s.checkColumns(f, one.header); err != nil {
			return nil, err
		}
		d.columns = s.addColumns(d.columns, one.header)
		d.files[f.name] = one
	}
	for name, one := range d.files {
		for _, column := range one.header {
			one.columns = append(one.columns, indexOf(d.columns, column))
		}
		d.files[name] = one
	}
	return d, nil
}

// look reads a file's header.
func (d *delimitedForm) look(f file) (one delimitedFile, err error) {
	src, err := os.Open(f.path)
	if err != nil {
		return one, cannotOpen(f, err)
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	reader, err := delimited.Open(src, d.of(f))
	if err != nil {
		return one, fmt.Errorf("%s: %w", f.name, err)
	}
	return delimitedFile{dialect: reader.Dialect(), header: reader.Header()}, nil
}

func (d *delimitedForm) of(f file) delimited.Options {
	options := d.options
	if strings.EqualFold(path.Ext(f.name), ".tsv") {
		options.Prefer = '\t'
	}
	return options
}

func (d *delimitedForm) open(f file, src io.Reader) (recordReader, error) {
	reader, err := delimited.Open(src, d.of(f))
	if err != nil {
		return nil, err
	}
	return &delimitedRecords{reader: reader, columns: d.files[f.name].columns, keyColumns: d.keyColumns(f, d.keyNames)}, nil
}

func (d *delimitedForm) resume(f file, src io.Reader, at position) recordReader {
	one := d.files[f.name]
	reader := delimited.Resume(src, one.dialect, one.header, delimited.Position{Offset: at.offset, Line: at.line})
	reader.Skim(1) // only whole records are wanted
	return &delimitedRecords{reader: reader, columns: one.columns}
}

func (d *delimitedForm) text(raw []byte) string {
	if d.options.Latin1 {
		raw = delimited.FromLatin1(nil, raw)
	}
	return utf8Text(raw)
}

type delimitedRecords struct {
	reader     *delimited.Reader
	columns    []int
	keyColumns []int
	fields     [][]byte
	keyBytes   []byte
}

// key gives the key of the record that next gave.
func (r *delimitedRecords) key() []byte {
	r.keyBytes = appendKey(r.keyBytes[:0], r.fields, r.keyColumns)
	return r.keyBytes
}

func (r *delimitedRecords) next() (textRecord, error) {
	record, err := r.reader.Read()
	if err != nil {
		return textRecord{}, err
	}
	r.fields = record.Fields
	return textRecord{position: position{record.Offset, record.Line}, raw: record.Raw, fault: record.Fault}, nil
}

func (r *delimitedRecords) set(rows *feed.Rows) {
	for i, field := range r.fields {
		rows.Set(r.columns[i], field)
	}
}
