package pipelines

import (
	"context"
	"fmt"
	"strings"

	"lastro/extract/lake"
	"lastro/sql/canonical"
	"lastro/transform"
)

// staging is a model that gives records of one entity.
type staging struct {
	source, entity, model string
	// judged is the table of its rows and what became of each; empty when the records were judged as they were read.
	judged string
}

// lineage are the columns that say where a canonical record came from.
var lineage = []canonical.Field{{Name: "_source", Type: "VARCHAR"}, {Name: "_file", Type: "VARCHAR"}, {Name: "_line", Type: "BIGINT"}}

// canonicalModels gives the models between the lake's streams and the canonical entities: a staging model for every stream
// that is an entity as it stands, the judging of the rows of the user's staging models, and the union of each entity.
func canonicalModels(config *Config, streams []lake.StreamID, userStagings []string) ([]transform.Model, error) {
	var (
		models   []transform.Model
		stagings []staging
	)
	own := make(map[string]bool, len(userStagings))
	for _, name := range userStagings {
		own[name] = true
		if source, entity, ok := stagingParts(name); ok {
			s := staging{source: source, entity: entity, model: name, judged: "judged_" + source + "__" + entity}
			stagings = append(stagings, s)
			models = append(models, judgedModel(config, s))
		}
	}
	for _, id := range streams {
		name := "stg_" + id.Source + "__" + id.Stream
		if own[name] || !isCanonical(config, id) {
			continue
		}
		stagings = append(stagings, staging{source: id.Source, entity: id.Stream, model: name})
		models = append(models, transform.Model{
			Name: name, Layer: "staging", Path: "staging/" + id.Source + "/" + name + ".sql",
			Header: transform.Header{Description: "The stream " + id.String() + " as it stands.", Materialized: "view"},
			SQL:    "select * from " + transform.QuoteRelation(id.String()),
		})
	}
	unified := newIdentity(config, stagings, userStagings)
	for _, entity := range canonical.All() {
		if unified == nil {
			models = append(models, entityModel(entity, stagings, nil))
		} else {
			models = append(models, unified.entity(entity)...)
		}
	}
	identityModels, err := unified.models()
	return append(append(models, identityModels...), stagedCounts(stagings), stagedQuarantine(stagings)), err
}

// stagingParts reads stg_<source>__<entity>; ok is false for a staging model that is not of an entity.
func stagingParts(name string) (source, entity string, ok bool) {
	rest, isStaging := strings.CutPrefix(name, "stg_")
	i := strings.LastIndex(rest, "__")
	if !isStaging || i < 1 {
		return "", "", false
	}
	source, entity = rest[:i], rest[i+2:]
	_, ok = canonical.ByName(entity)
	return source, entity, ok
}

// entityModel is the union of an entity's stagings, with all of its columns and the record's origin; where accounts of several
// sources are one, unified gives account_id.
func entityModel(entity canonical.Entity, all []staging, unified *identity) transform.Model {
	var columns, parts, deps []string
	for _, column := range entity.Columns {
		columns = append(columns, transform.Quote(column.Name))
	}
	columns = append(columns, "_extra")
	for _, s := range all {
		if s.entity != entity.Name {
			continue
		}
		list := strings.Join(columns, ", ") + ", " + text(s.source) + " as _source, _file, _line"
		if unified != nil {
			relation, _ := s.rows()
			parts = append(parts, unified.mapped(entity, s))
			deps = append(deps, relation, "int_account_map")
			continue
		}
		if s.judged != "" {
			parts = append(parts, "select "+list+" from "+s.judged+" where _verdict = 'accepted'")
			deps = append(deps, s.judged)
		} else {
			parts = append(parts, "select "+list+" from "+s.model)
			deps = append(deps, s.model)
		}
	}
	model := transform.Model{
		Name: entity.Name, Layer: "canonical", Path: "canonical/" + entity.Name + ".sql", Deps: deps,
		Header: transform.Header{Description: entity.Description, Materialized: "view"},
	}
	switch len(parts) {
	case 0:
		model.SQL, model.Header.Constant = entity.EmptySQL(lineage...), true
	case 1:
		model.SQL = parts[0]
	default:
		// one source's records are unique by their reading; those of several may collide
		model.SQL, model.Header.Key = strings.Join(parts, " union all "), entity.Key
	}
	return model
}

// judgedModel judges the rows of a user's staging model by the rules of its entity, when its columns are known.
func judgedModel(config *Config, s staging) transform.Model {
	return transform.Model{
		Name: s.judged, Layer: "staging", Path: "staging/" + s.source + "/" + s.judged + ".sql", Deps: []string{s.model},
		Header: transform.Header{Description: "The rows of " + s.model + ", each accepted, a copy, or quarantined with the reason."},
		Generate: func(ctx context.Context, engine transform.Engine) (string, error) {
			columns, err := engine.Describe(ctx, s.model)
			if err != nil {
				return "", err
			}
			return judgedSQL(config.Timezone, s, columns)
		},
	}
}

const judgedTemplate = `with judged as (
    select * from (%[1]s)
),

-- keys that come more than once among rows that keep every rule
repeated_keys as (
    select %[2]s from judged where _reason is null group by %[2]s having count(*) > 1
),

repeated as (
    select
        judged.*,
        row_number() over (partition by %[3]s order by judged._file, judged._line) as _copy,
        dense_rank() over (partition by %[4]s order by %[3]s) as _variant
    from judged
    inner join repeated_keys on %[5]s
    where judged._reason is null
),

contradicted as (
    select %[2]s, max(_variant) as _variants, string_agg(distinct cast(_line as varchar), ', ' order by cast(_line as varchar)) as _lines
    from repeated group by %[2]s
),

single as (
    select judged.* from judged
    where judged._reason is not null or not exists (select 1 from repeated_keys where %[5]s)
)

select
    %[6]s, _file, _line, _column, _reason,
    case when _reason is null then 'accepted' else 'quarantined' end as _verdict,
    case when _reason is not null then cast(to_json(_record) as varchar) end as _record
from single
union all
select
    %[7]s, judged._file, judged._line, %[8]s as _column,
    case when contradicted._variants > 1 and judged._copy = 1
        then concat('the key comes more than once with different content', coalesce(concat(', lines ', contradicted._lines), '')) end as _reason,
    case when judged._copy > 1 then 'copy' when contradicted._variants > 1 then 'quarantined' else 'accepted' end as _verdict,
    case when contradicted._variants > 1 and judged._copy = 1 then cast(to_json(judged._record) as varchar) end as _record
from repeated as judged
inner join contradicted as repeated_keys on %[5]s
inner join contradicted on %[9]s`

// judgedSQL renders the SELECT that judges a staging model with the given columns.
func judgedSQL(timezone string, s staging, columns []transform.Column) (string, error) {
	entity, _ := canonical.ByName(s.entity)
	var fields []canonical.Field
	have := make(map[string]bool, len(columns))
	for _, column := range columns {
		fields = append(fields, canonical.Field(column))
		have[strings.ToLower(column.Name)] = true
	}
	if missing := entity.Missing(fields); len(missing) > 0 {
		return "", fmt.Errorf("%s lacks %s, which %s requires: add it to its select list", s.model, strings.Join(missing, ", "), entity.Name)
	}
	from := "(select *, " + s.model + " as _record"
	for _, column := range lineage[1:] {
		if !have[column.Name] {
			from += ", cast(null as " + column.Type + ") as " + column.Name
		}
	}
	from += " from " + s.model + ")"
	judge, err := entity.Judge(canonical.Input{
		From: from, Columns: append(fields, canonical.Field{Name: "_record", Type: "VARCHAR"}),
		Pass: []string{"_file", "_line", "_record"}, Timezone: timezone,
	})
	if err != nil {
		return "", err
	}
	var names, qualified, key, qualifiedKey, matches, again []string
	for _, column := range append(entity.Columns, canonical.Column{Name: "_extra"}) {
		names = append(names, transform.Quote(column.Name))
		qualified = append(qualified, "judged."+transform.Quote(column.Name))
	}
	for _, name := range entity.Key {
		quoted := transform.Quote(name)
		key = append(key, quoted)
		qualifiedKey = append(qualifiedKey, "judged."+quoted)
		matches = append(matches, "judged."+quoted+" is not distinct from repeated_keys."+quoted)
		again = append(again, "judged."+quoted+" is not distinct from contradicted."+quoted)
	}
	return fmt.Sprintf(judgedTemplate, judge, list(key), list(qualified), list(qualifiedKey), strings.Join(matches, " and "),
		list(names), list(qualified), text(entity.Key[0]), strings.Join(again, " and ")), nil
}

func list(names []string) string { return strings.Join(names, ", ") }

// stagedCounts counts what became of the rows of the user's staging models.
func stagedCounts(all []staging) transform.Model {
	return overJudged("staged_counts", all,
		"select cast(null as varchar) as source, cast(null as varchar) as stream, cast(0 as bigint) as rows_read, cast(0 as bigint) as rows_accepted, "+
			"cast(0 as bigint) as rows_dropped, cast(0 as bigint) as rows_quarantined where false",
		"select %[1]s as source, %[2]s as stream, count(*) as rows_read, count(*) filter (where _verdict = 'accepted') as rows_accepted, "+
			"count(*) filter (where _verdict = 'copy') as rows_dropped, count(*) filter (where _verdict = 'quarantined') as rows_quarantined from %[3]s")
}

// stagedQuarantine gathers the quarantined rows of the user's staging models.
func stagedQuarantine(all []staging) transform.Model {
	return overJudged("staged_quarantine", all,
		"select cast(null as varchar) as source, cast(null as varchar) as stream, cast(null as varchar) as file, cast(null as bigint) as line, "+
			"cast(null as varchar) as column_name, cast(null as varchar) as reason, cast(null as varchar) as record where false",
		"select %[1]s as source, %[2]s as stream, _file as file, cast(_line as bigint) as line, _column as column_name, _reason as reason, _record as record "+
			"from %[3]s where _verdict = 'quarantined'")
}

// overJudged is a model that says the same of every judged table.
func overJudged(name string, all []staging, empty, each string) transform.Model {
	model := transform.Model{
		Name: name, Layer: "canonical", Path: "canonical/" + name + ".sql",
		Header: transform.Header{Description: "What became of the rows of the user's staging models."},
	}
	var parts []string
	for _, s := range all {
		if s.judged != "" {
			parts = append(parts, fmt.Sprintf(each, text(s.source), text(s.model), s.judged))
			model.Deps = append(model.Deps, s.judged)
		}
	}
	if model.SQL = strings.Join(parts, " union all "); len(parts) == 0 {
		model.SQL, model.Header.Constant = empty, true
	}
	return model
}
