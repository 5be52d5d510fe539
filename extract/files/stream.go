package files

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"lastro/extract/lake"
	"lastro/sql/canonical"
)

// validStream is what the lake and SQL take as a stream's name.
var validStream = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$`)

const streamNames = "use up to 128 letters, digits, _ and -, beginning with a letter or digit"

// stream is a stream of the source: its files and how they are read.
type stream struct {
	id      lake.StreamID
	config  Stream // options taken from the source where they are left out
	entity  canonical.Entity
	isOwn   bool // a stream of its own: no canonical entity's rules hold
	files   []file
	problem error
}

// key is what tells the records apart; empty: the whole record.
func (s *stream) key() []string {
	if s.isOwn {
		return s.config.Key
	}
	return s.entity.Key
}

func (s *stream) form() form { return s.files[0].form }

// streamsOf puts files into streams: those that a stream's patterns name, the rest by their own names.
func streamsOf(source string, c Config, f *folder) []*stream {
	byName := map[string]*stream{}
	configured := func(name string) (string, Stream) {
		for own, config := range c.Streams {
			if strings.EqualFold(own, name) {
				return own, config
			}
		}
		return name, Stream{}
	}
	of := func(name string) *stream {
		if s, ok := byName[strings.ToLower(name)]; ok {
			return s
		}
		name, config := configured(name)
		s := newStream(source, name, config, c.Options)
		byName[strings.ToLower(name)] = s
		return s
	}
	for _, one := range f.files {
		var owners []string
		for _, name := range slices.Sorted(maps.Keys(c.Streams)) {
			if matches(c.Streams[name].Files, one.name) {
				owners = append(owners, name)
			}
		}
		if len(owners) == 0 {
			owners = []string{stem(one.name)}
		}
		for _, name := range owners {
			s := of(name)
			s.files = append(s.files, one)
			if len(owners) > 1 && s.problem == nil {
				s.problem = fmt.Errorf("%s matches the patterns of the streams %s: let one of them have it", one.name, strings.Join(owners, " and "))
			}
		}
	}
	for name := range c.Streams {
		if _, ok := byName[strings.ToLower(name)]; !ok {
			f.notes = append(f.notes, fmt.Sprintf("the stream %s has no files: none matches its patterns or its name", name))
		}
	}
	slices.Sort(f.notes)
	streams := slices.SortedFunc(maps.Values(byName), func(a, b *stream) int { return strings.Compare(a.id.Stream, b.id.Stream) })
	for _, s := range streams {
		s.check()
	}
	return streams
}

func newStream(source, name string, config Stream, options Options) *stream {
	config.Options = config.Options.over(options)
	s := &stream{config: config, isOwn: true}
	entity, ok := canonical.ByName(strings.ToLower(name))
	if ok && len(config.Key) == 0 && len(config.Columns) == 0 && (config.Canonical == nil || *config.Canonical) {
		name, s.entity, s.isOwn = entity.Name, entity, false
	}
	s.id = lake.StreamID{Source: source, Stream: name}
	return s
}

// IsCanonical tells whether a stream of that name is the canonical entity, judged by its rules as it is read.
func (c Config) IsCanonical(name string) bool {
	return !newStream("", name, c.Streams[name], c.Options).isOwn
}

// stem is the stream that a file belongs to by its name: what stands before the first dot, or the folder it lies in.
func stem(name string) string {
	if within := path.Dir(name); within != "." {
		return within
	}
	before, _, _ := strings.Cut(name, ".")
	return before
}

// check finds what makes a stream unreadable before a file is opened.
func (s *stream) check() {
	if s.problem != nil {
		return
	}
	if !validStream.MatchString(s.id.Stream) {
		s.problem = fmt.Errorf("%s would make a stream called %q: rename it, or name its stream under streams: with files: %q (%s)",
			s.files[0].name, s.id.Stream, s.files[0].name, streamNames)
		return
	}
	for _, f := range s.files {
		if f.form != s.form() {
			s.problem = fmt.Errorf("%s is %s and %s is %s: one stream has files of one form; remove or rename one of them",
				s.files[0].name, s.form(), f.name, f.form)
			return
		}
	}
}

// formats gives how the texts of columns are written.
func (s *stream) formats(e canonical.Entity) map[string]canonical.Format {
	formats := map[string]canonical.Format{}
	for _, c := range e.Columns {
		formats[c.Name] = s.format(c.Name, c.Type)
	}
	return formats
}

func (s *stream) format(column string, t canonical.Type) canonical.Format {
	f := canonical.Format{DecimalComma: t.IsNumber() && s.config.DecimalComma != nil && *s.config.DecimalComma}
	switch t.SQL() {
	case "DATE":
		f.Layout = s.config.DateFormat
	case "TIMESTAMP":
		f.Layout, f.DateLayout = s.config.TimestampFormat, s.config.DateFormat
	}
	switch own, _ := s.column(column); own.Format {
	case "":
	case decimalComma, decimalPoint:
		f.DecimalComma = own.Format == decimalComma
	default:
		f.Layout, f.DateLayout = own.Format, ""
	}
	return f
}

// plainType gives the type that a column's text is meant for, where it is written the plain way; else nothing.
func (s *stream) plainType(column string) string {
	var t canonical.Type
	if c, ok := s.entity.Column(column); ok {
		t = c.Type
	} else if c, ok := s.column(column); ok {
		t, _ = c.kept()
	}
	if s.format(column, t) != (canonical.Format{}) {
		return ""
	}
	return t.SQL()
}

// column gives what is said of a column, by its name in any case.
func (s *stream) column(name string) (c Column, ok bool) {
	for own, c := range s.config.Columns {
		if strings.EqualFold(own, name) {
			return c, true
		}
	}
	return Column{}, false
}

// isText tells whether a column of a text file is kept as it is written.
func (s *stream) isText(column string) bool {
	if c, ok := s.entity.Column(column); ok {
		return c.Type.IsText()
	}
	c, _ := s.column(column)
	kept, err := c.kept()
	return err == nil && kept.IsText()
}

// isKey tells whether a column is part of the key.
func (s *stream) isKey(name string) bool {
	return slices.ContainsFunc(s.key(), func(key string) bool { return strings.EqualFold(key, name) })
}

// required gives the columns that every file of the stream must have.
func (s *stream) required() []string {
	if !s.isOwn {
		return s.entity.Required()
	}
	names := slices.Clone(s.config.Key)
	for _, name := range slices.Sorted(maps.Keys(s.config.Columns)) {
		if s.config.Columns[name].Required && !s.isKey(name) {
			names = append(names, name)
		}
	}
	return names
}
