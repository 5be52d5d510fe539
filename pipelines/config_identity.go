package pipelines

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"lastro/strictyaml"
)

// identityKeys are the keys of identity.
type identityKeys struct {
	Order     []string `yaml:"order"`
	Overrides string   `yaml:"overrides"`
}

// identity reads how accounts of several sources become one.
func (d *decoder) identity(node ast.Node, sources []Source) Identity {
	if node == nil {
		return Identity{}
	}
	var keys identityKeys
	d.Mapping(node, "identity", "identity", &keys)
	var names []string
	for _, source := range sources {
		names = append(names, source.Name)
	}
	for i, name := range keys.Order {
		at := fmt.Sprintf("identity.order[%d]", i)
		switch {
		case !d.Has(at) || d.Wrong[at]:
		case !slices.Contains(names, name):
			d.Mistake(at, fmt.Sprintf("%s is %s, which is no source", at, d.Quote(at)), strictyaml.Suggest(name, names))
		case slices.Contains(keys.Order[:i], name):
			d.Mistake(at, fmt.Sprintf("%s names %s a second time", at, d.Quote(at)), "keep the first")
		}
	}
	identity := Identity{Order: keys.Order}
	if !d.Has("identity.overrides") {
		return identity
	}
	path := d.path("identity.overrides", keys.Overrides)
	if path == "" {
		return identity
	}
	content, err := os.ReadFile(path)
	if err != nil {
		d.Mistake("identity.overrides", fmt.Sprintf("the file of overrides %s cannot be read: %v", d.Quote("identity.overrides"), plainCause(err)),
			"give the path of a CSV file with the columns "+strings.Join(overrideColumns, ", "))
		return identity
	}
	shown := path
	if relative, err := filepath.Rel(d.references.dir, path); err == nil && !strings.HasPrefix(relative, "..") {
		shown = filepath.Join(filepath.Dir(d.File), relative)
	}
	o := overridesReader{file: shown, sources: names}
	identity.Overrides = o.read(content)
	d.Mistakes = append(d.Mistakes, o.mistakes...)
	return identity
}

// overrideColumns are those of a file of overrides.
var overrideColumns = []string{"source", "source_account_id", "account_id"}

// overridesReader reads a file of overrides and notes every mistake in it.
type overridesReader struct {
	file     string
	sources  []string
	csv      *csv.Reader
	mistakes []Mistake
}

func (o *overridesReader) mistake(line, column int, problem, hint string) {
	o.mistakes = append(o.mistakes, Mistake{File: o.file, Line: line, Column: column, Problem: problem, Hint: hint})
}

func (o *overridesReader) read(content []byte) []Override {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	o.csv = csv.NewReader(bytes.NewReader(content))
	o.csv.TrimLeadingSpace = true
	first, _, _ := bytes.Cut(content, []byte("\n"))
	if bytes.Contains(first, []byte(";")) && !bytes.Contains(first, []byte(",")) {
		o.csv.Comma = ';' // as spreadsheets write where the comma parts decimals
	}
	header, err := o.csv.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			o.mistake(1, 1, "the file of overrides is empty", "begin it with the line "+strings.Join(overrideColumns, ","))
		} else {
			o.unreadable(err)
		}
		return nil
	}
	at := map[string]int{}
	for i, name := range header {
		line, column := o.csv.FieldPos(i)
		name = strings.ToLower(strings.TrimSpace(name))
		switch _, twice := at[name]; {
		case !slices.Contains(overrideColumns, name):
			o.mistake(line, column, fmt.Sprintf("unknown column %q in the file of overrides", header[i]), strictyaml.Suggest(name, overrideColumns))
		case twice:
			o.mistake(line, column, fmt.Sprintf("the column %s stands here a second time", name), "keep one of the two")
		}
		at[name] = i
	}
	for _, name := range overrideColumns {
		if _, ok := at[name]; !ok {
			o.mistake(1, 1, fmt.Sprintf("the column %s is missing", name), "begin the file with the line "+strings.Join(overrideColumns, ","))
		}
	}
	if len(o.mistakes) > 0 {
		return nil
	}
	return o.lines(at)
}

// lines reads the overrides below the header.
func (o *overridesReader) lines(at map[string]int) []Override {
	var found []Override
	lineOf := map[[2]string]int{}
	for {
		fields, err := o.csv.Read()
		switch {
		case errors.Is(err, io.EOF):
			return found
		case errors.Is(err, csv.ErrFieldCount):
			line, _ := o.csv.FieldPos(0)
			o.mistake(line, 1, fmt.Sprintf("the line has %d fields and the header %d", len(fields), len(at)), "put quotes around a value that has a comma in it")
			continue
		case err != nil:
			o.unreadable(err)
			return found
		}
		line, _ := o.csv.FieldPos(0)
		value := func(name string) string { return strings.TrimSpace(fields[at[name]]) }
		override := Override{Source: value("source"), SourceAccountID: value("source_account_id"), AccountID: value("account_id")}
		before := len(o.mistakes)
		for _, name := range overrideColumns {
			if value(name) == "" {
				o.at(at[name], name+" is empty", "")
			}
		}
		if override.Source != "" && !slices.Contains(o.sources, override.Source) {
			o.at(at["source"], fmt.Sprintf("%q is no source", override.Source), strictyaml.Suggest(override.Source, o.sources))
		}
		key := [2]string{override.Source, override.SourceAccountID}
		if other, twice := lineOf[key]; twice && override.SourceAccountID != "" {
			o.at(at["source_account_id"], fmt.Sprintf("the account %s of %s stands in line %d already", override.SourceAccountID, override.Source, other), "keep one of the two")
		}
		lineOf[key] = line
		if len(o.mistakes) == before {
			found = append(found, override)
		}
	}
}

// at notes a mistake at a field of the line read last.
func (o *overridesReader) at(field int, problem, hint string) {
	line, column := o.csv.FieldPos(field)
	o.mistake(line, column, problem, hint)
}

func (o *overridesReader) unreadable(err error) {
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		o.mistake(broken.Line, broken.Column, "no CSV: "+broken.Err.Error(), "write one override a line, as billing,cus_42,c7")
		return
	}
	o.mistake(1, 1, "cannot be read: "+err.Error(), "")
}
