package pipelines

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	models "lastro/sql"
	"lastro/transform"
)

// builtinStagings are the staging models of the connectors of a pipeline's sources, each bound to the name of its source.
func builtinStagings(config *Config) ([]transform.Model, error) {
	var found []transform.Model
	for _, source := range config.Sources {
		if source.Rest == nil {
			continue
		}
		bound, err := stagingsOf(models.Staging, source.Rest.Spec.Connector, source.Name)
		if err != nil {
			return nil, fmt.Errorf("staging models of source %s: %w", source.Name, err)
		}
		found = append(found, bound...)
	}
	return found, nil
}

// stagingsOf gives the staging models of a connector as those of a source.
func stagingsOf(tree fs.FS, connector, source string) ([]transform.Model, error) {
	files, err := fs.Glob(tree, path.Join("staging", connector, "*.sql"))
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
		if rest, ok := strings.CutPrefix(name, "stg_"+connector+"__"); ok {
			name = "stg_" + source + "__" + rest
		}
		found = append(found, transform.Model{
			Name: name, Layer: "staging", Path: path.Join("staging", source, name+".sql"),
			File: "built-in/" + file, SQL: bind(string(content), connector, source),
		})
	}
	return found, nil
}

// bind gives a staging model's text with the schema of its streams, and the names of the connector's other staging models,
// as those of the source. What stands in quotes and comments stays.
func bind(sql, connector, source string) string {
	if connector == source {
		return sql
	}
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
			for end < len(sql) && isNameByte(sql[end]) {
				end++
			}
			word, rest := sql[:end], sql[end:]
			if after, ok := strings.CutPrefix(word, "stg_"+connector+"__"); ok {
				out.WriteString("stg_" + source + "__" + after)
			} else if strings.EqualFold(word, connector) && strings.HasPrefix(rest, ".") && !strings.HasSuffix(out.String(), ".") {
				out.WriteString(source)
			} else {
				out.WriteString(word)
			}
			sql = rest
			continue
		}
		out.WriteString(sql[:end])
		sql = sql[end:]
	}
	return out.String()
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
