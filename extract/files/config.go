// Package files reads records from a folder of files: delimited text (CSV and its kin), JSON lines and Parquet.
//
// A file's name up to the first dot is the stream it belongs to; a stream of a canonical entity's name is judged by
// the entity's rules. What is wrong with a record sets that record aside, with its line, and nothing else; what is
// wrong with a file as a whole, so that its records cannot be told, fails its stream.
package files

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"lastro/sql/canonical"
)

// Config is what a pipeline's file says of a source of files, beside its name and kind.
type Config struct {
	Path    string   `yaml:"path"`    // the folder, or one file; absolute once the pipeline's file is read
	Include []string `yaml:"include"` // patterns of the files to take; empty: all of known endings
	Exclude []string `yaml:"exclude"` // patterns of files to leave aside
	Options `yaml:",inline"`
	Streams map[string]Stream `yaml:"streams"` // what is special about single streams, by their names
}

// Options say how files are written. Those of a stream go before those of the source.
type Options struct {
	Delimiter       string `yaml:"delimiter"`        // one character, or tab; empty: found out from the file
	Encoding        string `yaml:"encoding"`         // utf-8 (default) or latin1
	DecimalComma    *bool  `yaml:"decimal_comma"`    // numbers read 1.234,56
	DateFormat      string `yaml:"date_format"`      // strptime pattern, as %d-%m-%Y; empty: ISO 8601
	TimestampFormat string `yaml:"timestamp_format"` // strptime pattern; empty: ISO 8601
	MaxRecordBytes  int    `yaml:"max_record_bytes"` // longer records go to quarantine; 0: 1 MiB
}

// Stream is what is special about one stream. A key or columns make it a stream of its own even where a canonical
// entity has its name: then a staging model maps it.
type Stream struct {
	Files     []string          `yaml:"files"`     // patterns of its files; empty: those named after it
	Canonical *bool             `yaml:"canonical"` // false: not the canonical entity of its name
	Key       []string          `yaml:"key"`       // what tells one record from another; empty: the whole record
	Columns   map[string]Column `yaml:"columns"`   // columns that are more than text
	Options   `yaml:",inline"`
}

// Column is what a column must hold. In the file it is the type's name, or a mapping.
type Column struct {
	Type     string `yaml:"type"`     // see canonical.TypeNames; empty: text
	Format   string `yaml:"format"`   // strptime pattern of a date or timestamp; decimal_comma or decimal_point of a number
	Required bool   `yaml:"required"` // a record without it goes to quarantine
}

// UnmarshalText takes the type's name alone.
func (c *Column) UnmarshalText(typeName []byte) error {
	*c = Column{Type: string(typeName)}
	return nil
}

// UnmarshalYAML takes the type's name or a mapping.
func (c *Column) UnmarshalYAML(unmarshal func(any) error) error {
	var typeName string
	if unmarshal(&typeName) == nil {
		return c.UnmarshalText([]byte(typeName))
	}
	type mapping Column
	return unmarshal((*mapping)(c))
}

// Formats of numbers.
const (
	decimalComma = "decimal_comma"
	decimalPoint = "decimal_point"
)

// Mistake is a value of the configuration that cannot be: where it stands below the source, what is wrong with it and
// what would be right.
type Mistake struct{ Path, Problem, Hint string }

func (m Mistake) Error() string { return m.Path + " " + m.Problem + ": " + m.Hint }

// Check finds every mistake that can be found without looking at files.
func (c Config) Check() []Mistake {
	found := append(c.Options.check(""), checkPatterns("include", c.Include)...)
	found = append(found, checkPatterns("exclude", c.Exclude)...)
	for _, name := range slices.Sorted(maps.Keys(c.Streams)) {
		found = append(found, c.Streams[name].check("streams."+name, name)...)
	}
	return found
}

func (s Stream) check(at, name string) []Mistake {
	var found []Mistake
	if !validStream.MatchString(name) {
		found = append(found, Mistake{at, fmt.Sprintf("is called %q", name), streamNames})
	}
	found = append(found, s.Options.check(at+".")...)
	found = append(found, checkPatterns(at+".files", s.Files)...)
	if _, ok := canonical.ByName(name); s.Canonical != nil && *s.Canonical && (!ok || len(s.Key)+len(s.Columns) > 0) {
		found = append(found, Mistake{at + ".canonical", "is true", "that goes for a stream named after a canonical entity, without key and columns of its own"})
	}
	for _, column := range slices.Sorted(maps.Keys(s.Columns)) {
		found = append(found, s.Columns[column].check(at+".columns."+column)...)
	}
	return found
}

func (c Column) check(at string) []Mistake {
	kept, err := c.kept()
	switch {
	case err != nil:
		return []Mistake{{at, fmt.Sprintf("has the type %q", c.Type), "use one of " + canonical.TypeNames}}
	case c.Format == "":
	case kept.IsMoment() && !strings.Contains(c.Format, "%"):
		return []Mistake{{at + ".format", fmt.Sprintf("is %q", c.Format), "write a strptime pattern, as %d-%m-%Y"}}
	case kept.IsNumber() && c.Format != decimalComma && c.Format != decimalPoint:
		return []Mistake{{at + ".format", fmt.Sprintf("is %q", c.Format), "a number is written with " + decimalComma + " or " + decimalPoint}}
	case !kept.IsMoment() && !kept.IsNumber():
		return []Mistake{{at + ".format", fmt.Sprintf("is %q", c.Format), "only dates, timestamps and numbers have a format"}}
	}
	return nil
}

// kept gives the type of the column's values.
func (c Column) kept() (canonical.Type, error) {
	if c.Type == "" {
		return canonical.Text, nil
	}
	return canonical.ParseType(c.Type)
}

func (o Options) check(at string) []Mistake {
	var found []Mistake
	if _, ok := delimiterOf(o.Delimiter); !ok {
		found = append(found, Mistake{at + "delimiter", fmt.Sprintf("is %q", o.Delimiter), `use one character, as ";", or tab; left out, it is found out`})
	}
	if _, ok := isLatin1(o.Encoding); !ok {
		found = append(found, Mistake{at + "encoding", fmt.Sprintf("is %q", o.Encoding), "use utf-8 or latin1"})
	}
	for _, format := range []struct{ name, pattern string }{{"date_format", o.DateFormat}, {"timestamp_format", o.TimestampFormat}} {
		if format.pattern != "" && !strings.Contains(format.pattern, "%") {
			found = append(found, Mistake{at + format.name, fmt.Sprintf("is %q", format.pattern), "write a strptime pattern, as %d-%m-%Y"})
		}
	}
	if o.MaxRecordBytes < 0 || o.MaxRecordBytes > maxMaxRecord || 0 < o.MaxRecordBytes && o.MaxRecordBytes < minMaxRecord {
		found = append(found, Mistake{at + "max_record_bytes", fmt.Sprintf("is %d", o.MaxRecordBytes), fmt.Sprintf("use a number of bytes from %d to %d", minMaxRecord, maxMaxRecord)})
	}
	return found
}

const (
	minMaxRecord = 256
	maxMaxRecord = 256 << 20
)

// over gives the options with those that are left out taken from the source.
func (o Options) over(source Options) Options {
	if o.Delimiter == "" {
		o.Delimiter = source.Delimiter
	}
	if o.Encoding == "" {
		o.Encoding = source.Encoding
	}
	if o.DecimalComma == nil {
		o.DecimalComma = source.DecimalComma
	}
	if o.DateFormat == "" {
		o.DateFormat = source.DateFormat
	}
	if o.TimestampFormat == "" {
		o.TimestampFormat = source.TimestampFormat
	}
	if o.MaxRecordBytes == 0 {
		o.MaxRecordBytes = source.MaxRecordBytes
	}
	return o
}

func delimiterOf(name string) (delimiter byte, ok bool) {
	switch {
	case name == "":
		return 0, true
	case name == "tab" || name == `\t`:
		return '\t', true
	case len(name) != 1 || name[0] >= 0x80 || strings.ContainsAny(name, "\"\r\n\x00"):
		return 0, false
	}
	return name[0], true
}

func isLatin1(encoding string) (latin1, ok bool) {
	switch strings.ToLower(encoding) {
	case "", "utf-8", "utf8":
		return false, true
	case "latin1", "latin-1", "iso-8859-1", "windows-1252":
		return true, true
	}
	return false, false
}

func checkPatterns(at string, patterns []string) []Mistake {
	var found []Mistake
	for _, pattern := range patterns {
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
			found = append(found, Mistake{at, fmt.Sprintf("has the pattern %q", pattern), "write it with * and ? as *.csv or invoices/*.csv"})
		}
	}
	return found
}

// matches tells whether one of the patterns matches a file's path within the folder, or its name.
func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		whole, err := path.Match(pattern, name)
		base, baseErr := path.Match(pattern, path.Base(name))
		return err == nil && whole || baseErr == nil && base
	})
}
