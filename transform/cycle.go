package transform

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// cycles adds one mistake for each knot of models that need each other: its shortest cycle through its first model by name.
func (p *Project) cycles(wrong *mistakes) {
	told := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(p.byName)) {
		if told[name] {
			continue
		}
		path := p.cycleThrough(name)
		if path == nil {
			continue
		}
		down := p.descendants(name, -1)
		for up := range p.ancestors(name, -1) {
			if down[up] {
				told[up] = true
			}
		}
		var steps []string
		first := p.byName[name]
		line, column := 0, 0
		for i, from := range path[:len(path)-1] {
			m, to := p.byName[from], path[i+1]
			l, c := 0, 0
			for _, ref := range m.Refs {
				if relationKey(ref.Schema, ref.Name) == to {
					l, c = position(m.SQL, ref.Offset)
					break
				}
			}
			if i == 0 {
				line, column = l, c
			}
			steps = append(steps, fmt.Sprintf("%s reads %s at %s", from, to, place(m.File, l, c)))
		}
		wrong.add(first.File, line, column, "cycle %s: %s", strings.Join(path, " -> "), strings.Join(steps, "; "))
	}
}

// cycleThrough gives the shortest way from a model along what it reads back to itself, nil when there is none.
func (p *Project) cycleThrough(name string) []string {
	came := map[string]string{}
	queue := []string{name}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, parent := range p.byName[at].parents {
			if parent == name {
				path := []string{name}
				for step := at; step != name; step = came[step] {
					path = append(path, step)
				}
				path = append(path, name)
				slices.Reverse(path)
				return path
			}
			if _, seen := came[parent]; !seen && p.byName[parent] != nil {
				came[parent] = at
				queue = append(queue, parent)
			}
		}
	}
	return nil
}
