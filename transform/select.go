package transform

import (
	"fmt"
	"maps"
	"strings"
)

// UnknownSelectorError is a selector that no model answers to.
type UnknownSelectorError struct {
	Selector string
	// Why is set where the selector is known and leaves no model all the same.
	Why string
	// Nearest are the names of models and folders that may have been meant, the likeliest first.
	Nearest []string
}

// Error names the selector and what may have been meant.
func (e *UnknownSelectorError) Error() string {
	if e.Why != "" {
		return fmt.Sprintf("selector %q selects no model: %s", e.Selector, e.Why)
	}
	if len(e.Nearest) == 0 {
		return fmt.Sprintf("selector %q selects no model; use a model's name, a folder, tag:x, path:x or source:x", e.Selector)
	}
	return fmt.Sprintf("selector %q selects no model; did you mean %s?", e.Selector, strings.Join(e.Nearest, " or "))
}

// Select gives the models that the selectors name, without the excluded ones; no selectors mean all.
//
// A selector is a model's name, a folder (marts, marts.*, path:marts, a file's path), tag:x, or source:x (the models that read that
// source, or stream x.y); names may hold the wildcards * and ?. Before it, + adds all that it needs and 2+ what it needs within two
// steps; after it, + and +2 add what needs it; @ before it adds what needs it, and all that these need. Selectors in one
// argument, parted by spaces, and several arguments are united; parted by commas, they are intersected.
// A selector that selects nothing is an *UnknownSelectorError.
func (p *Project) Select(selectors, exclude []string) (*Selection, error) {
	names, isGiven, err := p.union(selectors)
	if err != nil {
		return nil, err
	}
	if !isGiven {
		names = map[string]bool{}
		for name := range p.byName {
			names[name] = true
		}
	}
	excluded, _, err := p.union(exclude)
	if err != nil {
		return nil, fmt.Errorf("exclude: %w", err)
	}
	maps.DeleteFunc(names, func(name string, _ bool) bool { return excluded[name] })
	if len(names) == 0 && len(p.models) > 0 {
		return nil, &UnknownSelectorError{Selector: strings.Join(selectors, " "), Why: "--exclude " + strings.Join(exclude, " ") + " leaves nothing of it"}
	}
	return &Selection{project: p, names: names, excluded: excluded, isAll: len(names) == len(p.models)}, nil
}

// union gives what any of the selectors selects, and whether there was a selector at all.
func (p *Project) union(selectors []string) (names map[string]bool, isGiven bool, err error) {
	names = map[string]bool{}
	for _, argument := range selectors {
		for _, selector := range strings.Fields(argument) {
			isGiven = true
			selected, err := p.intersection(selector)
			if err != nil {
				return nil, true, err
			}
			maps.Copy(names, selected)
		}
	}
	return names, isGiven, nil
}

func (p *Project) intersection(selector string) (map[string]bool, error) {
	var common map[string]bool
	for _, part := range strings.Split(selector, ",") {
		selected, err := p.one(part)
		if err != nil {
			return nil, err
		}
		if common == nil {
			common = selected
			continue
		}
		maps.DeleteFunc(common, func(name string, _ bool) bool { return !selected[name] })
	}
	if len(common) == 0 {
		return nil, &UnknownSelectorError{Selector: selector, Why: "its parts have none in common"}
	}
	return common, nil
}
