package pipelines

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lastro/extract/lake"
	"lastro/sql/canonical"
	"lastro/strictyaml"
	"lastro/transform"
)

// unused names the streams and staging models that nothing reads: most often a file or a model whose name is mistyped.
func unused(config *Config, project *transform.Project, streams []lake.StreamID) []string {
	var found []string
	for _, stream := range streams {
		if len(project.Children(stream.String())) > 0 {
			continue
		}
		hint := nameHint(stream.Stream, "name its file after an entity, or map it by a staging model")
		if slices.ContainsFunc(config.Sources, func(s Source) bool { return s.Name == stream.Source && s.Kind == "rest" }) {
			hint = "map it by a staging model, or leave it out of the source's streams"
		}
		found = append(found, fmt.Sprintf("no model reads the stream %s: %s", stream, hint))
	}
	for _, model := range project.Order() {
		entity, isStaging := stagedEntity(model)
		tellsAccounts := strings.HasSuffix(model.Name, identitiesSuffix) // of which one source needs none
		if isStaging && !tellsAccounts && len(project.Children(model.Name)) == 0 {
			found = append(found, fmt.Sprintf("nothing reads the staging model %s (%s): %s", model.Name, model.File, nameHint(entity, "name it stg_<source>__<entity>")))
		}
	}
	return found
}

// strangeColumns warns of columns of the user's staging models whose names are nearly those of columns that the model lacks.
func (j *job) strangeColumns(ctx context.Context, project *transform.Project, engine transform.Engine) error {
	for _, staged := range j.outcome.Run.Staged {
		_, name, _ := stagingParts(staged.Stream)
		entity, _ := canonical.ByName(name)
		columns, err := engine.Describe(ctx, staged.Stream)
		if err != nil {
			return err
		}
		var lacking []string
		for _, column := range entity.Columns {
			if !slices.ContainsFunc(columns, func(c transform.Column) bool { return strings.EqualFold(c.Name, column.Name) }) {
				lacking = append(lacking, column.Name)
			}
		}
		for _, column := range columns {
			if _, known := entity.Column(column.Name); known || strings.HasPrefix(column.Name, "_") {
				continue
			}
			if near, ok := strictyaml.Nearest(column.Name, lacking); ok {
				model, _ := project.Model(staged.Stream)
				j.warn(fmt.Sprintf("%s: %s has no column %s, it is kept as an extra one: did you mean %s?", model.File, entity.Name, column.Name, near))
			}
		}
	}
	return nil
}

func stagedEntity(model *transform.Model) (entity string, ok bool) {
	if model.Layer != "staging" || !strings.HasPrefix(model.Name, "stg_") {
		return "", false
	}
	return model.Name[strings.LastIndex(model.Name, "_")+1:], true
}

// nameHint suggests the entity whose name is nearest.
func nameHint(name, otherwise string) string {
	var names []string
	for _, entity := range canonical.All() {
		names = append(names, entity.Name)
	}
	if near, ok := strictyaml.Nearest(name, names); ok {
		return "did you mean " + near + "?"
	}
	return otherwise
}
