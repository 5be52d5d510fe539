package pipelines

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"lastro/strictyaml"
)

// healthKeys are the keys of the health section.
type healthKeys struct {
	Weights       map[string]string `yaml:"weights"`
	Tiers         map[string]string `yaml:"tiers"`
	LeastCoverage string            `yaml:"least_coverage"`
	Fall          string            `yaml:"fall"`
}

// health reads the weights and thresholds of the health score.
func (d *decoder) health(node ast.Node) Health {
	if node == nil {
		return Health{}
	}
	var keys healthKeys
	d.Mapping(node, "health", "health", &keys)
	health := Health{given: map[string]string{}}
	read := func(path, text string) {
		at := "health." + path
		rule := slices.IndexFunc(healthRules, func(rule settingRule) bool { return rule.name == path })
		if rule < 0 {
			group, name, _ := strings.Cut(path, ".")
			d.Mistake(at, fmt.Sprintf("unknown key %q in health.%s", name, group), strictyaml.Suggest(name, healthNames(group)))
			return
		}
		if !d.Has(at) || d.Wrong[at] {
			return
		}
		value, err := healthRules[rule].canonical([]string{text})
		if err != nil {
			d.Mistake(at, at+" is "+d.Quote(at), "it must be "+err.Error())
			return
		}
		health.given[path] = value
	}
	for name, text := range keys.Weights {
		read("weights."+name, text)
	}
	for name, text := range keys.Tiers {
		read("tiers."+name, text)
	}
	read("least_coverage", keys.LeastCoverage)
	read("fall", keys.Fall)
	d.healthSense(health)
	return health
}

func healthNames(group string) []string {
	var names []string
	for _, rule := range healthRules {
		if name, ok := strings.CutPrefix(rule.name, group+"."); ok {
			names = append(names, name)
		}
	}
	return names
}

// healthSense notes weights and tiers that make no score.
func (d *decoder) healthSense(health Health) {
	number := func(path string) *big.Rat {
		value, _ := new(big.Rat).SetString(health.Value(path)) // canonical decimals
		return value
	}
	sum := new(big.Rat)
	for _, name := range HealthComponents {
		sum.Add(sum, number("weights."+name))
	}
	if sum.Sign() == 0 {
		d.Mistake("health.weights", "the weights of health are all 0", "give one component a weight above 0")
	}
	if number("tiers.green").Cmp(number("tiers.yellow")) <= 0 {
		d.Mistake("health.tiers", fmt.Sprintf("the tier green begins at %s and yellow at %s", health.Value("tiers.green"), health.Value("tiers.yellow")),
			"green must begin above yellow")
	}
}
