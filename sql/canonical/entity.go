// Package canonical knows the entities that every source maps to: their columns, types and rules as data, and the
// SQL that casts and judges records by them.
package canonical

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// Entity is a kind of record: its columns in order, what tells one record from another, and the rules of both.
type Entity struct {
	Name        string   `yaml:"name"`
	Description string   `yaml:"description"`
	Key         []string `yaml:"key"`
	Columns     []Column `yaml:"columns"`
}

// Column is a column of an entity.
type Column struct {
	Name        string   `yaml:"name"`
	Type        Type     `yaml:"type"`
	Required    bool     `yaml:"required"`
	Enum        []string `yaml:"enum"`
	Rules       []Rule   `yaml:"rules"`
	Description string   `yaml:"description"`
}

// Rule is what a record must keep beyond the types of its values.
type Rule struct {
	// Breaks is SQL over the typed columns that is true for a record that breaks the rule. NULL is not true.
	Breaks string `yaml:"breaks"`
	// Reason says what is wrong with it; {column} stands for the value as the source wrote it.
	Reason string `yaml:"reason"`
}

//go:embed entities.yaml
var entitiesYAML []byte

// entities are read once. That the embedded file can be read is proven by a test, not handled by every caller.
var entities = sync.OnceValues(func() ([]Entity, error) { return parse(entitiesYAML) })

func parse(data []byte) ([]Entity, error) {
	var all []Entity
	if err := yaml.UnmarshalWithOptions(data, &all, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read the canonical entities: %w", err)
	}
	var errs []error
	for _, e := range all {
		errs = append(errs, e.check())
	}
	return all, errors.Join(errs...)
}

func (e Entity) check() error {
	for _, key := range e.Key {
		if _, ok := e.Column(key); !ok {
			return fmt.Errorf("entity %s: its key's column %s is not among its columns", e.Name, key)
		}
	}
	return nil
}

// All gives the canonical entities in the order of the metric definitions.
func All() []Entity {
	all, _ := entities()
	return slices.Clone(all)
}

// ByName finds a canonical entity.
func ByName(name string) (Entity, bool) {
	all, _ := entities()
	i := slices.IndexFunc(all, func(e Entity) bool { return e.Name == name })
	if i < 0 {
		return Entity{}, false
	}
	return all[i], true
}

// Column finds a column by name, as SQL does: upper and lower case are one.
func (e Entity) Column(name string) (Column, bool) {
	i := slices.IndexFunc(e.Columns, func(c Column) bool { return strings.EqualFold(c.Name, name) })
	if i < 0 {
		return Column{}, false
	}
	return e.Columns[i], true
}

// Required gives the columns without which no record of the entity counts.
func (e Entity) Required() []string {
	var names []string
	for _, c := range e.Columns {
		if c.Required {
			names = append(names, c.Name)
		}
	}
	return names
}

// EmptySQL gives a SELECT of no rows with the entity's columns and passed ones, typed, in the form Judge gives but
// for the verdict: the columns, _extra, then the passed ones.
func (e Entity) EmptySQL(pass ...Field) string {
	var list []string
	for _, c := range e.Columns {
		list = append(list, "cast(null as "+c.Type.SQL()+") as "+quoteName(c.Name))
	}
	list = append(list, "cast(null as VARCHAR) as _extra")
	for _, p := range pass {
		list = append(list, "cast(null as "+p.Type+") as "+quoteName(p.Name))
	}
	return "select\n    " + strings.Join(list, ",\n    ") + "\nwhere false"
}
