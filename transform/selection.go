package transform

import (
	"maps"
	"strings"
)

// Selection is some of a project's models.
type Selection struct {
	project  *Project
	names    map[string]bool
	excluded map[string]bool
	isAll    bool
}

// Models gives the selected models, each after those that it reads.
func (s *Selection) Models() []*Model {
	models := make([]*Model, 0, len(s.names))
	for _, m := range s.project.models {
		if s.names[m.Name] {
			models = append(models, m)
		}
	}
	return models
}

// Has says whether the model of a name is selected.
func (s *Selection) Has(name string) bool { return s.names[strings.ToLower(name)] }

// IsAll says whether every model of the project is selected.
func (s *Selection) IsAll() bool { return s.isAll }

// WithAncestors gives the selection and all models that it needs, for a build that begins with no tables.
func (s *Selection) WithAncestors() *Selection {
	wide := &Selection{project: s.project, names: maps.Clone(s.names), excluded: s.excluded}
	for name := range s.names {
		for key := range s.project.ancestors(name, -1) {
			if s.project.byName[key] != nil {
				wide.names[key] = true
			}
		}
	}
	wide.isAll = len(wide.names) == len(s.project.models)
	return wide
}

// everything selects every model.
func (p *Project) everything() *Selection {
	names := map[string]bool{}
	for _, m := range p.models {
		names[m.Name] = true
	}
	return &Selection{project: p, names: names, isAll: true}
}
