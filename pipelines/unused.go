package pipelines

import (
	"fmt"
	"strings"

	"lastro/extract/lake"
	"lastro/sql/canonical"
	"lastro/transform"
)

// unused names the streams and staging models that nothing reads: most often a file or a model whose name is mistyped.
func unused(project *transform.Project, streams []lake.StreamID) []string {
	var found []string
	for _, stream := range streams {
		if len(project.Children(stream.String())) == 0 {
			found = append(found, fmt.Sprintf("no model reads the stream %s: %s", stream, nameHint(stream.Stream, "name its file after an entity, or map it by a staging model")))
		}
	}
	for _, model := range project.Order() {
		entity, isStaging := stagedEntity(model)
		if isStaging && len(project.Children(model.Name)) == 0 {
			found = append(found, fmt.Sprintf("nothing reads the staging model %s (%s): %s", model.Name, model.File, nameHint(entity, "name it stg_<source>__<entity>")))
		}
	}
	return found
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
	if near, ok := nearest(name, names); ok {
		return "did you mean " + near + "?"
	}
	return otherwise
}
