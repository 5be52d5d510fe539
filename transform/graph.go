package transform

import (
	"maps"
	"slices"
	"strings"
)

// Project is a set of models joined into a graph without cycles.
type Project struct {
	models    []*Model // in an order in which they can be built
	byName    map[string]*Model
	given     map[string]bool
	children  map[string][]string // by relation key, of models and given relations
	macros    []macroFile
	userLabel string
}

// macroFile is a file of macros, run before any model.
type macroFile struct{ file, sql string }

// Order gives all models, each after those that it reads; models that don't depend on each other are in the order of their names.
func (p *Project) Order() []*Model { return slices.Clone(p.models) }

// Model gives the model of a name.
func (p *Project) Model(name string) (*Model, bool) {
	m, ok := p.byName[strings.ToLower(name)]
	return m, ok
}

// Marts gives the models whose tables are published, in the order of their names.
func (p *Project) Marts() []*Model {
	return p.sorted(func(m *Model) bool { return m.IsPublished() })
}

// Checks gives the models that are SELECTs of failures, in the order of their names.
func (p *Project) Checks() []*Model {
	return p.sorted(func(m *Model) bool { return m.IsCheck() })
}

func (p *Project) sorted(keep func(*Model) bool) []*Model {
	var found []*Model
	for _, m := range p.models {
		if keep(m) {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b *Model) int { return strings.Compare(a.Name, b.Name) })
	return found
}

// Parents gives the relations that a model reads, models and given ones, in the order of its text.
func (p *Project) Parents(name string) []string {
	m, ok := p.Model(name)
	if !ok {
		return nil
	}
	return slices.Clone(m.parents)
}

// Children gives the names of the models that read a relation, sorted.
func (p *Project) Children(relation string) []string {
	return slices.Clone(p.children[parseRelation(relation)])
}

// sort puts the models in order, or adds the cycles that stand against it and says false.
func (p *Project) sort(wrong *mistakes) bool {
	p.children = map[string][]string{}
	open := map[string]int{} // parents not yet placed
	names := slices.Sorted(maps.Keys(p.byName))
	for _, name := range names {
		for _, parent := range p.byName[name].parents {
			p.children[parent] = append(p.children[parent], name)
			if !p.given[parent] {
				open[name]++
			}
		}
	}
	var order []*Model
	var ready []string
	for _, name := range names {
		if open[name] == 0 {
			ready = append(ready, name)
		}
	}
	for len(ready) > 0 {
		name := ready[0]
		ready = ready[1:]
		order = append(order, p.byName[name])
		for _, child := range p.children[name] {
			if open[child]--; open[child] == 0 {
				at, _ := slices.BinarySearch(ready, child)
				ready = slices.Insert(ready, at, child)
			}
		}
	}
	if len(order) < len(names) {
		p.cycles(wrong)
		return false
	}
	p.models = order
	return true
}

// ancestors gives the relations, given ones too, that a relation needs within depth steps; -1 is any depth. It doesn't hold the relation itself,
// unless there is a cycle.
func (p *Project) ancestors(key string, depth int) map[string]bool {
	return reach(key, depth, func(k string) []string {
		if m := p.byName[k]; m != nil {
			return m.parents
		}
		return nil
	})
}

// descendants gives the models that need a relation within depth steps; -1 is any depth.
func (p *Project) descendants(key string, depth int) map[string]bool {
	return reach(key, depth, func(k string) []string { return p.children[k] })
}

func reach(from string, depth int, next func(string) []string) map[string]bool {
	reached := map[string]bool{}
	layer := []string{from}
	for ; len(layer) > 0 && depth != 0; depth-- {
		var following []string
		for _, at := range layer {
			for _, key := range next(at) {
				if !reached[key] {
					reached[key] = true
					following = append(following, key)
				}
			}
		}
		layer = following
	}
	return reached
}
