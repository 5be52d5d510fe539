package files

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"lastro/extract/files/feed"
	"lastro/extract/files/jsonlines"
)

// jsonLinesForm is JSON lines. A canonical entity's records have its columns and _extra, into which what the entity
// does not know goes as it stands; a stream of its own has every name that comes up.
type jsonLinesForm struct {
	max     int
	columns []string
	extra   int            // the number of _extra, -1 when there is none
	numbers map[string]int // of columns, by names as they are written
}

const extraColumn = "_extra"

func newJSONLinesForm(s *stream, files []file) (*jsonLinesForm, error) {
	j := &jsonLinesForm{max: s.config.MaxRecordBytes, extra: -1, numbers: map[string]int{}}
	if !s.isOwn {
		for _, c := range s.entity.Columns {
			j.columns = append(j.columns, c.Name)
		}
		j.extra = len(j.columns)
		j.columns = append(j.columns, extraColumn)
	}
	for _, f := range files {
		names, records, err := j.look(s, f)
		if err != nil {
			return nil, err
		}
		if s.isOwn && records {
			if err := s.checkColumns(f, names); err != nil {
				return nil, err
			}
		}
		if s.isOwn {
			j.columns = s.addColumns(j.columns, names)
		}
	}
	return j, nil
}

// look gives the names in a file of a stream of its own; of a canonical entity's it sees only whether it is empty.
func (j *jsonLinesForm) look(s *stream, f file) (names []string, records bool, err error) {
	src, err := os.Open(f.path)
	if err != nil {
		return nil, false, cannotOpen(f, err)
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	if f.size == 0 {
		return nil, false, fmt.Errorf("%s is empty: it needs a JSON object a line; remove it when there are no records", f.name)
	}
	if !s.isOwn {
		return nil, false, nil
	}
	reader, err := jsonlines.Open(src, j.max)
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", f.name, err)
	}
	seen := map[string]bool{}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return names, records, nil
		}
		if err != nil {
			return nil, false, fmt.Errorf("%s: %w", f.name, err)
		}
		records = records || record.Fault == ""
		for _, m := range record.Members {
			if !seen[m.Name] {
				seen[m.Name] = true
				names = append(names, m.Name)
			}
		}
	}
}

func (j *jsonLinesForm) open(_ file, src io.Reader) (recordReader, error) {
	reader, err := jsonlines.Open(src, j.max)
	if err != nil {
		return nil, err
	}
	return &jsonLinesRecords{form: j, reader: reader}, nil
}

func (j *jsonLinesForm) resume(_ file, src io.Reader, at position) recordReader {
	return &jsonLinesRecords{form: j, reader: jsonlines.Resume(src, j.max, jsonlines.Position{Offset: at.offset, Line: at.line})}
}

func (j *jsonLinesForm) text(raw []byte) string { return utf8Text(raw) }

// number gives the column of a name, -1 for one that goes into _extra.
func (j *jsonLinesForm) number(name string) int {
	if n, ok := j.numbers[name]; ok {
		return n
	}
	n := indexOf(j.columns, name)
	if n == j.extra {
		n = -1
	}
	j.numbers[name] = n
	return n
}

type jsonLinesRecords struct {
	form    *jsonLinesForm
	reader  *jsonlines.Reader
	members []jsonlines.Member
	text    []byte
	extra   []jsonlines.Member
}

func (r *jsonLinesRecords) next() (textRecord, error) {
	record, err := r.reader.Read()
	if err != nil {
		return textRecord{}, err
	}
	r.members = record.Members
	return textRecord{position: position{record.Offset, record.Line}, raw: record.Raw, fault: record.Fault}, nil
}

func (r *jsonLinesRecords) set(rows *feed.Rows) {
	r.extra = r.extra[:0]
	for _, m := range r.members {
		n := r.form.number(m.Name)
		if n < 0 {
			r.extra = append(r.extra, m)
			continue
		}
		if text, ok := m.Text(r.text); ok {
			rows.Set(n, text)
			if m.Value.Kind() == '"' {
				r.text = text // its memory serves the next one
			}
		}
	}
	if r.form.extra >= 0 {
		rows.Set(r.form.extra, r.extraObject())
	}
}

// extraObject is what the entity does not know, by name, so that the order in the file makes no difference.
func (r *jsonLinesRecords) extraObject() []byte {
	slices.SortFunc(r.extra, func(a, b jsonlines.Member) int { return strings.Compare(a.Name, b.Name) })
	var object []byte
	for _, m := range r.extra {
		if m.Value.Kind() == 'n' {
			continue
		}
		name, err := json.Marshal(m.Name)
		if err != nil { // no text fails to be written as JSON
			continue
		}
		object = append(append(append(object, ','), name...), ':')
		object = append(object, m.Value...)
	}
	if len(object) == 0 {
		return nil
	}
	object[0] = '{'
	return append(object, '}')
}
