package pipelines

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"lastro/strictyaml"
)

// policy reads the flat mapping of policy settings.
func (d *decoder) policy(node ast.Node) Policy {
	policy := Policy{given: map[string]string{}}
	for _, p := range d.Pairs(node, "policy") {
		rule, ok := findRule(p.Key)
		if !ok {
			d.MistakeAt(p.At, fmt.Sprintf("unknown policy setting %q", p.Key), strictyaml.Suggest(p.Key, settingNames()))
			continue
		}
		if value, ok := d.setting(p.Value, rule); ok {
			policy.given[p.Key] = value
		}
	}
	return policy
}

// setting gives the canonical value of one setting. ok is false for an empty one and after a mistake.
func (d *decoder) setting(node ast.Node, rule settingRule) (value string, ok bool) {
	path, bare := "policy."+rule.name, d.Bare(node)
	if bare == nil {
		return "", false
	}
	d.Spots[path] = d.Place(bare)
	nodes := []ast.Node{bare}
	sequence, isList := bare.(*ast.SequenceNode)
	switch {
	case isList && rule.kind != listSetting:
		d.Mistake(path, fmt.Sprintf("policy setting %s is a list", rule.name), "it must be "+rule.allowed())
		return "", false
	case isList:
		nodes = sequence.Values
	}
	written, texts, good := []string{}, []string{}, true
	for i, each := range nodes {
		at := path
		if isList {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		each = d.Bare(each)
		if each == nil {
			d.Mistake(path, "an entry of "+path+" is empty", "give it a value or remove it")
			good = false
			continue
		}
		d.Spots[at] = d.Place(each)
		text, ok := d.Text(each, at, reflect.TypeFor[string]())
		good = good && ok
		written, texts = append(written, d.Spots[at].Written), append(texts, text)
	}
	if !good {
		return "", false
	}
	if !isList {
		texts = splitList(rule, texts[0])
	}
	value, err := rule.canonical(texts)
	if err != nil {
		d.Spots[path] = strictyaml.Spot{Line: d.Spots[path].Line, Column: d.Spots[path].Column, Written: strings.Join(written, ", ")}
		d.Mistake(path, fmt.Sprintf("policy setting %s is %s", rule.name, d.Quote(path)), d.settingHint(rule, texts, written, err))
		return "", false
	}
	return value, true
}

// settingHint says what the setting must be, and what was meant where one choice is near.
func (d *decoder) settingHint(rule settingRule, texts, written []string, err error) string {
	hint := "it must be " + err.Error()
	if rule.kind == choiceSetting && texts[0] == written[0] {
		if near, ok := strictyaml.Nearest(texts[0], rule.choices); ok {
			return "did you mean " + near + "? " + hint
		}
	}
	return hint
}
