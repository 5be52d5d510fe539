package pipelines

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"lastro/extract/lake"
	"lastro/extract/rest/spec"
	"lastro/sql/canonical"
	"lastro/transform"
)

// declaredStreams are the streams that the connectors of a pipeline's sources declare, also those that are not read: models
// may read them all, and find those that the lake has not to be empty.
func declaredStreams(config *Config) []lake.StreamID {
	var ids []lake.StreamID
	for _, source := range config.Sources {
		if source.Rest == nil {
			continue
		}
		for _, stream := range streamsOf(source.Rest.Spec) {
			ids = append(ids, lake.StreamID{Source: source.Name, Stream: stream})
		}
	}
	return ids
}

// mappable are the streams that a person maps: not those of the connectors that come with Lastro, whose staging models read
// what they need.
func mappable(config *Config, streams []lake.StreamID) []lake.StreamID {
	return slices.DeleteFunc(slices.Clone(streams), func(id lake.StreamID) bool {
		return slices.ContainsFunc(config.Sources, func(s Source) bool {
			return s.Name == id.Source && s.Rest != nil && !isConnectorFile(s.Rest.Connector)
		})
	})
}

// declaredColumns are the columns of a resource's stream in the lake, those of the system last.
func declaredColumns(resource spec.Resource) []lake.Column {
	columns := []lake.Column{}
	for _, name := range columnNames(resource) {
		kept := "VARCHAR"
		if column, ok := resource.Columns[name]; ok && column.Type != "json" && column.Type != "" {
			if parsed, err := canonical.ParseType(column.Type); err == nil {
				kept = parsed.SQL()
			}
		}
		columns = append(columns, lake.Column{Name: name, Type: kept})
	}
	return append(columns, lake.Column{Name: "_deleted", Type: "BOOLEAN"}, lake.Column{Name: "_extra", Type: "VARCHAR"},
		lake.Column{Name: "_source", Type: "VARCHAR"}, lake.Column{Name: "_file", Type: "VARCHAR"}, lake.Column{Name: "_line", Type: "BIGINT"},
		lake.Column{Name: "_run_id", Type: "VARCHAR"}, lake.Column{Name: "_first_seen", Type: "TIMESTAMP"})
}

// columnNames lists a stream's columns: the key's, the others by name, those of the parent among them.
func columnNames(resource spec.Resource) []string {
	names := slices.Collect(maps.Keys(resource.Columns))
	if resource.Parent != nil {
		names = slices.AppendSeq(names, maps.Keys(resource.Parent.Include))
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := keyRank(resource, a) - keyRank(resource, b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(names)
}

func keyRank(resource spec.Resource, name string) int {
	if i := slices.Index(resource.PrimaryKey, name); i >= 0 {
		return i
	}
	return len(resource.PrimaryKey)
}

// exposed gives the streams as models see them: what the lake has, with the columns that connectors declare and it lacks,
// and empty ones in place of streams that were never read.
func exposed(config *Config, view *lake.View) []transform.Stream {
	declared := map[lake.StreamID][]lake.Column{}
	for _, source := range config.Sources {
		if source.Rest == nil {
			continue
		}
		for _, resource := range source.Rest.Spec.Resources {
			if !resource.Hidden {
				declared[lake.StreamID{Source: source.Name, Stream: resource.Name}] = declaredColumns(resource)
			}
		}
	}
	var streams []transform.Stream
	for _, stream := range view.Streams() {
		lacking := slices.DeleteFunc(declared[stream.ID], func(c lake.Column) bool {
			return slices.ContainsFunc(stream.Columns, func(have lake.Column) bool { return strings.EqualFold(have.Name, c.Name) })
		})
		delete(declared, stream.ID)
		sql := stream.CurrentSQL()
		if len(lacking) > 0 {
			sql = "select *, " + nulls(lacking) + " from (" + sql + ")"
		}
		streams = append(streams, transform.Stream{Source: stream.ID.Source, Name: stream.ID.Stream, SQL: sql})
	}
	for _, id := range declaredStreams(config) {
		if columns, isEmpty := declared[id]; isEmpty {
			streams = append(streams, transform.Stream{Source: id.Source, Name: id.Stream, SQL: "select " + nulls(columns) + " where false"})
		}
	}
	return streams
}

// nulls is a select list of columns without values.
func nulls(columns []lake.Column) string {
	list := make([]string, len(columns))
	for i, column := range columns {
		list[i] = "cast(null as " + column.Type + ") as " + transform.Quote(column.Name)
	}
	return strings.Join(list, ", ")
}

// digestDeclared adds to a fingerprint what the tables depend on of the connectors.
func digestDeclared(to io.Writer, config *Config) error {
	for _, source := range config.Sources {
		if source.Rest == nil {
			continue
		}
		fmt.Fprintf(to, "rest %q %q %q\n", source.Name, source.Rest.Spec.Connector, source.Rest.Streams)
		for _, resource := range source.Rest.Spec.Resources {
			fmt.Fprintf(to, "stream %q %t %q\n", resource.Name, resource.Hidden, declaredColumns(resource))
		}
	}
	user, err := userStagings(config)
	if err != nil {
		return err
	}
	models, err := builtinStagings(config, user)
	if err != nil {
		return err
	}
	for _, model := range models {
		fmt.Fprintf(to, "%q %q\n", model.Path, model.SQL)
	}
	return nil
}
