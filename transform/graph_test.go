package transform

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// namesParser parses nothing but "select * from name", which is what Load asks of names.
type namesParser struct{}

func (namesParser) Parse(sql string) (Parsed, error) {
	return Parsed{Refs: []Ref{{Name: strings.TrimPrefix(sql, "select * from ")}}}, nil
}

// drawModels draws models and the edges from reader to read. They read any of each other, so that there may be cycles;
// acyclic ones read those of lesser names alone.
func drawModels(t *rapid.T, acyclic bool) ([]Model, map[string][]string) {
	count := rapid.IntRange(1, 12).Draw(t, "models")
	names := make([]string, count)
	for i := range names {
		names[i] = fmt.Sprintf("m%02d", i)
	}
	edges := map[string][]string{}
	var models []Model
	for _, name := range rapid.Permutation(names).Draw(t, "order") {
		deps := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 2, rapid.ID[string]).Draw(t, name)
		if acyclic {
			deps = slices.DeleteFunc(deps, func(dep string) bool { return dep >= name })
		}
		edges[name] = deps
		models = append(models, Model{Name: name, Layer: "intermediate", Deps: deps, Go: noStep})
	}
	return models, edges
}

// isCyclic looks for a cycle by following every path.
func isCyclic(edges map[string][]string) bool {
	var visit func(name string, path []string) bool
	visit = func(name string, path []string) bool {
		if slices.Contains(path, name) {
			return true
		}
		return slices.ContainsFunc(edges[name], func(next string) bool { return visit(next, append(slices.Clone(path), name)) })
	}
	for name := range edges {
		if visit(name, nil) {
			return true
		}
	}
	return false
}

func TestOrderIsTopologicalOrACycleIsNamed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		models, edges := drawModels(t, false)
		project, err := Load(namesParser{}, LoadOptions{Generated: models})
		if !isCyclic(edges) {
			if err != nil {
				t.Fatalf("no cycle, but: %v", err)
			}
			checkOrder(t, project, edges)
			return
		}
		var invalid *InvalidModelsError
		if !errors.As(err, &invalid) {
			t.Fatalf("a cycle, but: %v", err)
		}
		for _, mistake := range invalid.Mistakes {
			checkCycle(t, mistake.Message, edges)
		}
	})
}

func checkOrder(t *rapid.T, project *Project, edges map[string][]string) {
	at := map[string]int{}
	for i, m := range project.Order() {
		at[m.Name] = i
	}
	if len(at) != len(edges) {
		t.Fatalf("%d of %d models are in the order", len(at), len(edges))
	}
	for reader, deps := range edges {
		for _, read := range deps {
			if at[read] >= at[reader] {
				t.Fatalf("%s is before %s, which it reads", reader, read)
			}
		}
	}
}

func checkCycle(t *rapid.T, message string, edges map[string][]string) {
	path, _, _ := strings.Cut(strings.TrimPrefix(message, "cycle "), ": ")
	names := strings.Split(path, " -> ")
	if len(names) < 2 || names[0] != names[len(names)-1] {
		t.Fatalf("%q is no cycle", message)
	}
	for i, name := range names[1:] {
		if !slices.Contains(edges[names[i]], name) {
			t.Fatalf("%q: %s doesn't read %s", message, names[i], name)
		}
	}
}

func TestOrderIsTheSameForAnyOrderOfFiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		models, _ := drawModels(t, true)
		first := orderOf(t, models)
		if again := orderOf(t, rapid.Permutation(models).Draw(t, "again")); !slices.Equal(first, again) {
			t.Fatalf("%v, then %v", first, again)
		}
	})
}

func orderOf(t *rapid.T, models []Model) []string {
	project, err := Load(namesParser{}, LoadOptions{Generated: models})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range project.Order() {
		names = append(names, m.Name)
	}
	return names
}

// What + selects is what the edges reach, in both directions.
func TestSelectorsFollowTheEdges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		models, edges := drawModels(t, true)
		project, err := Load(namesParser{}, LoadOptions{Generated: models})
		if err != nil {
			t.Fatal(err)
		}
		for a := range edges {
			up, err := project.Select([]string{"+" + a}, nil)
			if err != nil {
				t.Fatal(err)
			}
			for b := range edges {
				down, err := project.Select([]string{b + "+"}, nil)
				if err != nil {
					t.Fatal(err)
				}
				if reached := reaches(edges, a, b); up.Has(b) != reached || down.Has(a) != reached {
					t.Fatalf("%s reads %s is %v, but +%s has it: %v, and %s+: %v", a, b, reached, a, up.Has(b), b, down.Has(a))
				}
			}
		}
	})
}

func reaches(edges map[string][]string, from, to string) bool {
	return from == to || slices.ContainsFunc(edges[from], func(next string) bool { return reaches(edges, next, to) })
}
