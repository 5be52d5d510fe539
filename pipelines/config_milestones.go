package pipelines

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"lastro/strictyaml"
)

// milestoneKeys are the keys of one entry of milestones.
type milestoneKeys struct {
	Name      string    `yaml:"name"`
	Kind      string    `yaml:"kind"`
	Value     bool      `yaml:"value"`
	Expansion bool      `yaml:"expansion"`
	Label     labelKeys `yaml:"label"`
}

// labelKeys name a thing in the two languages of the tables.
type labelKeys struct {
	PT string `yaml:"pt"`
	EN string `yaml:"en"`
}

var milestoneKinds = []string{"functional", "customer"}

// milestones reads the list of milestones.
func (d *decoder) milestones(nodes []ast.Node) []Milestone {
	var found []Milestone
	for i, node := range nodes {
		at := fmt.Sprintf("milestones[%d]", i)
		if d.Bare(node) == nil {
			continue // an empty entry, told already
		}
		var keys milestoneKeys
		if d.Mapping(node, at, "a milestone", &keys); !d.isMapping(node) {
			continue
		}
		d.require(at, "name")
		if slices.ContainsFunc(found, func(other Milestone) bool { return other.Name == keys.Name && keys.Name != "" }) {
			d.Mistake(at+".name", fmt.Sprintf("the milestone %s stands here a second time", d.Quote(at+".name")), "keep one of the two")
		}
		d.oneOf(at+".kind", keys.Kind, milestoneKinds)
		milestone := Milestone{Name: keys.Name, Kind: keys.Kind, Value: keys.Value, Expansion: keys.Expansion, LabelPT: keys.Label.PT, LabelEN: keys.Label.EN}
		if milestone.Kind == "" {
			milestone.Kind = "functional"
		}
		if milestone.LabelPT == "" {
			milestone.LabelPT = milestone.Name
		}
		if milestone.LabelEN == "" {
			milestone.LabelEN = milestone.Name
		}
		found = append(found, milestone)
	}
	return found
}

// isMapping says that a node is a mapping; one that is not was told already by who read it as one.
func (d *decoder) isMapping(node ast.Node) bool {
	switch d.Bare(node).(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return true
	}
	return false
}

// oneOf notes a value at path that is none of those allowed.
func (d *decoder) oneOf(path, text string, allowed []string) {
	if d.Has(path) && !d.Wrong[path] && !slices.Contains(allowed, text) {
		d.Mistake(path, path+" is "+d.Quote(path), strictyaml.Suggest(text, allowed))
	}
}

// cadenceKeys are the keys of one entry of surveys.
type cadenceKeys struct {
	Survey      string `yaml:"survey"`
	Touchpoint  string `yaml:"touchpoint"`
	EveryDays   int    `yaml:"every_days"`
	After       string `yaml:"after"`
	Milestone   string `yaml:"milestone"`
	DelayDays   int    `yaml:"delay_days"`
	RestDays    int    `yaml:"rest_days"`
	ExpiresDays int    `yaml:"expires_days"`
}

var (
	surveyKinds    = []string{"nps", "csat", "ces"}
	cadenceEvents  = []string{"ticket_resolved", "start", "milestone"}
	milestoneName  = regexp.MustCompile(`\S`)
	cadenceDayKeys = []string{"every_days", "delay_days", "rest_days", "expires_days"}
)

// surveys reads the rules of when to ask. A list without entries asks no one; no list leaves the default. A pipeline file
// that defines milestones can ask after one of these alone.
func (d *decoder) surveys(nodes []ast.Node, milestones []Milestone) []Cadence {
	if !d.Has("surveys") {
		return nil
	}
	found := []Cadence{}
	for i, node := range nodes {
		at := fmt.Sprintf("surveys[%d]", i)
		if d.Bare(node) == nil {
			continue
		}
		var keys cadenceKeys
		if d.Mapping(node, at, "a survey", &keys); !d.isMapping(node) {
			continue
		}
		d.require(at, "survey")
		d.oneOf(at+".survey", keys.Survey, surveyKinds)
		d.oneOf(at+".after", keys.After, cadenceEvents)
		for n, days := range []int{keys.EveryDays, keys.DelayDays, keys.RestDays, keys.ExpiresDays} {
			path := at + "." + cadenceDayKeys[n]
			least := 0
			if n == 0 {
				least = 1
			}
			if d.Has(path) && !d.Wrong[path] && (days < least || days > 3660) {
				d.Mistake(path, path+" is "+d.Quote(path), fmt.Sprintf("it must be a number of days from %d to 3660", least))
			}
		}
		if d.Has(at+".every_days") == d.Has(at+".after") {
			d.Mistake(at, at+" must have one of every_days and after", "write every_days: 90, or after: ticket_resolved")
		}
		if (keys.After == "milestone") != d.Has(at+".milestone") {
			d.Mistake(at+".milestone", at+" names an event and a milestone that do not go together", "write after: milestone and milestone: with its name")
		}
		d.matches(at+".milestone", keys.Milestone, milestoneName, "give the name of a milestone")
		names := make([]string, len(milestones))
		for i, milestone := range milestones {
			names[i] = milestone.Name
		}
		if path := at + ".milestone"; len(names) > 0 && d.Has(path) && !d.Wrong[path] && !slices.Contains(names, keys.Milestone) {
			d.Mistake(path, "no milestone is called "+d.Quote(path), strictyaml.Suggest(keys.Milestone, names))
		}
		found = append(found, Cadence(keys))
	}
	return found
}
