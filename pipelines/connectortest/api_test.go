// Package connectortest runs the connectors' staging models on what their APIs answer.
package connectortest

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/goccy/go-yaml"

	"lastro/extract/connectors"
	"lastro/extract/lake"
	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
	models "lastro/sql"
	"lastro/sql/canonical"
)

const (
	testdata = "../../testdata/connectors"
	timezone = "America/Sao_Paulo"
)

// api is what an API answers: pages by the path that was asked, of a file in testdata.
type api struct {
	t         *testing.T
	connector *spec.Connector
	pages     map[string][][]byte
	gone      map[string][]string // keys of records that are deleted, by stream
}

// newAPI reads pages.yaml of a connector. Its texts that begin with @ are moments in São Paulo, and become epoch seconds.
func newAPI(t *testing.T, connector string, settings map[string]string) *api {
	t.Helper()
	declared, err := spec.Load(connectors.Files, connector+".yaml")
	if err != nil {
		t.Fatal(err)
	}
	resolved, err := declared.Resolve(settings)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(testdata, connector, "pages.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Pages map[string][]any    `yaml:"pages"`
		Gone  map[string][]string `yaml:"gone"`
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	a := &api{t: t, connector: resolved, pages: map[string][][]byte{}, gone: file.Gone}
	for asked, pages := range file.Pages {
		for _, page := range pages {
			body, err := json.Marshal(withMoments(t, page))
			if err != nil {
				t.Fatal(err)
			}
			a.pages[asked] = append(a.pages[asked], body)
		}
	}
	return a
}

func withMoments(t *testing.T, value any) any {
	t.Helper()
	switch v := value.(type) {
	case map[string]any:
		for key := range v {
			v[key] = withMoments(t, v[key])
		}
	case []any:
		for i := range v {
			v[i] = withMoments(t, v[i])
		}
	case string:
		if written, ok := strings.CutPrefix(v, "@"); ok {
			return epoch(t, written)
		}
	}
	return value
}

func epoch(t *testing.T, written string) int64 {
	t.Helper()
	zone, err := time.LoadLocation(timezone)
	if err != nil {
		t.Fatal(err)
	}
	layout := "2006-01-02 15:04"
	moment, err := time.ParseInLocation(layout[:min(len(layout), len(written))], written, zone)
	if err != nil {
		t.Fatal(err)
	}
	return moment.Unix()
}

// land writes the pages of each stream as its page group and gives a database that has the streams as the lake does.
func (a *api) land() *database {
	a.t.Helper()
	db := newDatabase(a.t)
	dir := a.t.TempDir()
	db.exec("create schema " + a.connector.Connector)
	for _, resource := range a.connector.Resources {
		if resource.Hidden {
			continue
		}
		id := lake.StreamID{Source: a.connector.Connector, Stream: resource.Name}
		writer, err := records.New(records.Options{
			Stream: id, Columns: resource.Columns, With: resource.With(), Key: resource.PrimaryKey, DeletedWhen: resource.DeletedWhen,
			Dir: dir, RunID: "test", FirstSeen: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), File: resource.Endpoint.Path,
		})
		if err != nil {
			a.t.Fatal(err)
		}
		a.read(writer, resource)
		for _, key := range a.gone[resource.Name] {
			if err := writer.Delete([]string{key}); err != nil {
				a.t.Fatal(err)
			}
		}
		group, err := writer.Close()
		if err != nil {
			a.t.Fatal(err)
		}
		if len(group.Quarantined) > 0 {
			a.t.Errorf("%s: %d records in quarantine, the first: %+v", id, len(group.Quarantined), group.Quarantined[0])
		}
		db.view(resource, id, group.File)
	}
	return db
}

// read adds the records of a resource: those of its own pages, and of a child those within its parents.
func (a *api) read(writer *records.Writer, resource spec.Resource) {
	a.t.Helper()
	add := func(body []byte, selector string, with map[string]string) {
		page, err := records.Parse(body)
		if err != nil {
			a.t.Fatal(err)
		}
		if selector == "$" {
			_, err = writer.AddRecord(page.Record("$", 0), with)
		} else {
			_, err = writer.Add(page, selector, with)
		}
		if err != nil {
			a.t.Fatal(err)
		}
	}
	if resource.Parent == nil || resource.Parent.Batch > 0 {
		for _, body := range a.pages[resource.Endpoint.Path] {
			add(body, resource.Endpoint.DataSelector, nil)
		}
		return
	}
	above, _ := a.connector.Resource(resource.Parent.Resource)
	for _, body := range a.pages[above.Endpoint.Path] {
		page, err := records.Parse(body)
		if err != nil {
			a.t.Fatal(err)
		}
		n, _ := page.Len(above.Endpoint.DataSelector)
		for i := range n {
			record := page.Record(above.Endpoint.DataSelector, i)
			with := map[string]string{}
			for column, of := range resource.Parent.Include {
				from := of
				if declared := above.Columns[of]; declared.Path != "" {
					from = declared.Path
				}
				if value, ok := record.Text(from); ok {
					with[column] = value
				}
			}
			if resource.Parent.Embedded != "" && !record.True(resource.Parent.When) {
				add(record.Raw(), resource.Parent.Embedded, with)
				continue
			}
			own := spec.Fill(resource.Endpoint.Path, func(_, name string) (string, bool) { return record.Text(name) })
			for _, body := range a.pages[own] {
				add(body, resource.Endpoint.DataSelector, with)
			}
		}
	}
}

// database is a DuckDB with our macros.
type database struct {
	t  *testing.T
	db *sql.DB
}

func newDatabase(t *testing.T) *database {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	macros, err := models.Models.ReadFile("dialect/duckdb.sql")
	if err != nil {
		t.Fatal(err)
	}
	d := &database{t: t, db: db}
	d.exec(string(macros))
	return d
}

func (d *database) exec(statement string) {
	d.t.Helper()
	if _, err := d.db.ExecContext(d.t.Context(), statement); err != nil {
		d.t.Fatalf("%v\n%s", err, statement)
	}
}

// view makes a stream's view: of its file, or an empty one of its columns.
func (d *database) view(resource spec.Resource, id lake.StreamID, file string) {
	d.t.Helper()
	if file != "" {
		d.exec(fmt.Sprintf("create view %s.%s as select * from read_parquet('%s')", id.Source, id.Stream, file))
		return
	}
	columns := []string{"cast(null as boolean) as _deleted", "cast(null as varchar) as _file", "cast(null as bigint) as _line"}
	for name, column := range resource.Columns {
		kind, err := canonical.ParseType(column.Type)
		if column.Type == "json" || err != nil {
			kind = canonical.Text
		}
		columns = append(columns, fmt.Sprintf("cast(null as %s) as %q", kind.SQL(), name))
	}
	for _, name := range resource.With() {
		columns = append(columns, fmt.Sprintf("cast(null as varchar) as %q", name))
	}
	d.exec(fmt.Sprintf("create view %s.%s as select %s where false", id.Source, id.Stream, strings.Join(columns, ", ")))
}

// stage runs the staging models of a connector and judges their rows; the accepted ones are tables of the entities' names.
// It gives the quarantined ones, as entity: reason.
func (d *database) stage(connector string) []string {
	d.t.Helper()
	files, err := fs.Glob(models.Staging, path.Join("staging", connector, "*.sql"))
	if err != nil || len(files) == 0 {
		d.t.Fatalf("staging models of %s: %d, error %v", connector, len(files), err)
	}
	var quarantined []string
	for _, file := range files {
		text, err := fs.ReadFile(models.Staging, file)
		if err != nil {
			d.t.Fatal(err)
		}
		name := strings.TrimSuffix(path.Base(file), ".sql")
		entityName := strings.TrimPrefix(name, "stg_"+connector+"__")
		d.exec("create table " + name + " as " + string(text))
		entity, ok := canonical.ByName(entityName)
		if !ok {
			d.exec("create view " + entityName + " as select * from " + name)
			continue
		}
		judge, err := entity.Judge(canonical.Input{From: name, Columns: d.columns(name), Timezone: timezone, Pass: []string{"_file", "_line"}})
		if err != nil {
			d.t.Fatal(err)
		}
		d.exec("create table judged_" + entityName + " as " + judge)
		d.exec("create view " + entityName + " as select * from judged_" + entityName + " where _reason is null")
		for _, row := range d.rows("select _reason, " + entity.Key[0] + " from judged_" + entityName + " where _reason is not null order by all") {
			quarantined = append(quarantined, fmt.Sprintf("%s %s: %s", entityName, row[entity.Key[0]], row["_reason"]))
		}
		if twice := d.rows("select " + strings.Join(entity.Key, ", ") + " from " + entityName + " group by all having count(*) > 1"); len(twice) > 0 {
			d.t.Errorf("%s has keys twice: %v", entityName, twice)
		}
	}
	slices.Sort(quarantined)
	return quarantined
}

func (d *database) columns(relation string) []canonical.Field {
	d.t.Helper()
	var fields []canonical.Field
	for _, row := range d.rows("select column_name, column_type from (describe " + relation + ")") {
		fields = append(fields, canonical.Field{Name: row["column_name"], Type: row["column_type"]})
	}
	return fields
}

// rows gives the rows of a query as text, numbers without zeros at the end.
func (d *database) rows(query string) []map[string]string {
	d.t.Helper()
	found, err := d.db.QueryContext(d.t.Context(), "select columns(*)::varchar from ("+query+")")
	if err != nil {
		d.t.Fatalf("%v\n%s", err, query)
	}
	defer found.Close()
	names, err := found.Columns()
	if err != nil {
		d.t.Fatal(err)
	}
	var rows []map[string]string
	for found.Next() {
		cells, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := found.Scan(into...); err != nil {
			d.t.Fatal(err)
		}
		row := map[string]string{}
		for i, name := range names {
			row[name] = cells[i].String
		}
		rows = append(rows, row)
	}
	if err := found.Err(); err != nil {
		d.t.Fatal(err)
	}
	return rows
}
