package transform

import (
	"io/fs"
	"regexp"
	"strings"
)

// LoadOptions says where models come from and what they may refer to.
type LoadOptions struct {
	// Builtin and User hold the models in folders named after their layers; User may be nil, and its files
	// override the built-in and generated ones of the same path.
	Builtin, User fs.FS
	// BuiltinLabel and UserLabel are put before paths in messages; BuiltinLabel is "built-in" when empty.
	BuiltinLabel, UserLabel string
	// Given are the relations that exist before any model, as policy or books.invoice_lines.
	Given []string
	// Generated are the models without a file: name, layer, and one of SQL, Generate and Go.
	Generated []Model
	// Steps are the steps in Go that headers can name.
	Steps map[string]Step
	// Layers are the folders to read, DefaultLayers when nil.
	Layers []string
}

// DialectFile is the file of macros that the models need on DuckDB; it is no model.
const DialectFile = "dialect/duckdb.sql"

// Load reads all models, parses them and joins them into a graph. What is wrong with them comes
// as one *InvalidModelsError that lists every mistake; other errors are of reading files.
func Load(parser Parser, opts LoadOptions) (*Project, error) {
	if opts.BuiltinLabel == "" {
		opts.BuiltinLabel = "built-in"
	}
	if opts.Layers == nil {
		opts.Layers = DefaultLayers
	}
	l := &loader{opts: opts, parser: parser, project: &Project{given: map[string]bool{}, byName: map[string]*Model{}, userLabel: opts.UserLabel}}
	for _, relation := range opts.Given {
		l.project.given[parseRelation(relation)] = true
	}
	files, err := l.files()
	if err != nil {
		return nil, err
	}
	for _, model := range files {
		l.read(model)
	}
	l.resolve()
	if err := l.wrong.err(); err != nil {
		return nil, err
	}
	return l.project, nil
}

type loader struct {
	opts    LoadOptions
	parser  Parser
	project *Project
	wrong   mistakes
}

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// read checks one model by itself and adds it to the project.
func (l *loader) read(m *Model) {
	p := l.project
	if other, taken := p.byName[strings.ToLower(m.Name)]; taken {
		l.wrong.add(m.File, 0, 0, "two models are named %s: this one and %s; rename one, or give it the other's path to override it", m.Name, other.File)
		return
	}
	p.byName[strings.ToLower(m.Name)] = m
	p.models = append(p.models, m)
	if !l.nameIsGood(m) {
		return
	}
	if m.SQL != "" {
		header := readHeader(m.File, m.SQL, &l.wrong)
		if header.lines != nil {
			m.Header = header
		}
	}
	l.checkHeader(m)
	l.findStep(m)
	l.parse(m)
}

func (l *loader) nameIsGood(m *Model) bool {
	switch {
	case !namePattern.MatchString(m.Name):
		l.wrong.add(m.File, 0, 0, "%q cannot name a table: use lower-case letters, digits and _, beginning with a letter", m.Name)
	case l.project.given[m.Name]:
		l.wrong.add(m.File, 0, 0, "the name %s is taken by a built-in table; choose another", m.Name)
	case isEngineName(m.Name):
		l.wrong.add(m.File, 0, 0, "the name %s is reserved for the engine's own tables; choose another", m.Name)
	case !l.isBareIdentifier(m.Name):
		l.wrong.add(m.File, 0, 0, "%s is a word of SQL and cannot name a table without quotes; choose another name", m.Name)
	default:
		return true
	}
	return false
}

// isEngineName says whether a relation's first name is one that engines keep for what they say of themselves.
func isEngineName(name string) bool {
	for _, prefix := range []string{"duckdb_", "pragma_", "sqlite_", "pg_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "information_schema"
}

// isBareIdentifier says whether the engine reads name, unquoted, as a table's name.
func (l *loader) isBareIdentifier(name string) bool {
	parsed, err := l.parser.Parse("select * from " + name)
	return err == nil && len(parsed.Refs) == 1 && parsed.Refs[0].Name == name
}
