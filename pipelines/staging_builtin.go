package pipelines

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	models "lastro/sql"
	"lastro/transform"
)

// builtinStagings are the staging models of connectors that a pipeline's sources call for, each bound to its source. user
// names the user's own staging models: those of a source of files stand on its base models, which give the tables of
// another loader the shape of the connector's streams, and one that lacks a base model is left out.
func builtinStagings(config *Config, user []string) ([]transform.Model, error) {
	var found []transform.Model
	for _, source := range config.Sources {
		bound, err := stagingsOf(models.Staging, source, user)
		if err != nil {
			return nil, fmt.Errorf("staging models of source %s: %w", source.Name, err)
		}
		found = append(found, bound...)
	}
	return found, nil
}

// binding is what the staging models of a connector read where they are those of a source.
type binding struct {
	connector, source string
	onBases           bool
}

// relation is what stands for a stream of the connector.
func (b binding) relation(stream string) string {
	if b.onBases {
		return "base_" + b.source + "__" + stream + " as " + stream
	}
	return b.source + "." + stream
}

// stagingsOf gives the staging models of a source's connector; none where it has none.
func stagingsOf(tree fs.FS, source Source, user []string) ([]transform.Model, error) {
	b := binding{connector: source.Staging, source: source.Name, onBases: true}
	if source.Rest != nil {
		b.connector, b.onBases = source.Rest.Spec.Connector, false
	}
	if b.connector == "" {
		return nil, nil
	}
	files, err := fs.Glob(tree, path.Join("staging", b.connector, "*.sql"))
	if err != nil {
		return nil, err
	}
	var found []transform.Model
	for _, file := range files {
		content, err := fs.ReadFile(tree, file)
		if err != nil {
			return nil, err
		}
		name, _ := cutSQL(path.Base(file))
		if rest, ok := strings.CutPrefix(name, "stg_"+b.connector+"__"); ok {
			name = "stg_" + source.Name + "__" + rest
		}
		sql, streams := b.bind(string(content))
		lacksBase := func(stream string) bool { return !slices.Contains(user, "base_"+source.Name+"__"+stream) }
		if b.onBases && slices.ContainsFunc(streams, lacksBase) {
			continue
		}
		found = append(found, transform.Model{
			Name: name, Layer: "staging", Path: path.Join("staging", source.Name, name+".sql"), File: "built-in/" + file, SQL: sql,
		})
	}
	return found, nil
}

// bind gives a staging model's text with its streams, and the names of the connector's other staging models, as those of
// the source, and the streams that it reads. What stands in quotes and comments stays.
func (b binding) bind(sql string) (bound string, streams []string) {
	var out strings.Builder
	for len(sql) > 0 {
		end := 1
		switch {
		case strings.HasPrefix(sql, "--"):
			end = lengthTo(sql, "\n", 2)
		case strings.HasPrefix(sql, "/*"):
			end = lengthTo(sql, "*/", 2)
		case sql[0] == '\'' || sql[0] == '"':
			end = lengthTo(sql, sql[:1], 1)
		case isNameByte(sql[0]):
			end = nameLength(sql)
			word, rest := sql[:end], sql[end:]
			stream := rest[min(1, len(rest)):]
			stream = stream[:nameLength(stream)]
			isStream := strings.EqualFold(word, b.connector) && strings.HasPrefix(rest, ".") && stream != "" && !strings.HasSuffix(out.String(), ".")
			if after, ok := strings.CutPrefix(word, "stg_"+b.connector+"__"); ok {
				word = "stg_" + b.source + "__" + after
			} else if isStream {
				word, rest, streams = b.relation(stream), rest[1+len(stream):], append(streams, stream)
			}
			out.WriteString(word)
			sql = rest
			continue
		}
		out.WriteString(sql[:end])
		sql = sql[end:]
	}
	return out.String(), streams
}

// nameLength is how long the name is that a text begins with.
func nameLength(text string) int {
	n := 0
	for n < len(text) && isNameByte(text[n]) {
		n++
	}
	return n
}

// lengthTo is the length of a text up to and with an end mark, which is looked for behind its first bytes.
func lengthTo(text, mark string, from int) int {
	at := strings.Index(text[min(from, len(text)):], mark)
	if at < 0 {
		return len(text)
	}
	return from + at + len(mark)
}

func isNameByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

// stagedConnectors are the connectors that staging models come with.
func stagedConnectors() []string {
	entries, _ := fs.ReadDir(models.Staging, "staging") // it is embedded
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}
