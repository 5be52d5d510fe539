package pipelines

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// policy reads the flat mapping of policy settings.
func (d *decoder) policy(node ast.Node) Policy {
	policy := Policy{given: map[string]string{}}
	for _, p := range d.pairs(node, "policy") {
		rule, ok := findRule(p.key)
		if !ok {
			d.mistakeAt(p.at, fmt.Sprintf("unknown policy setting %q", p.key), suggest(p.key, settingNames()))
			continue
		}
		if value, ok := d.setting(p.value, rule); ok {
			policy.given[p.key] = value
		}
	}
	return policy
}

// setting gives the canonical value of one setting. ok is false for an empty one and after a mistake.
func (d *decoder) setting(node ast.Node, rule settingRule) (value string, ok bool) {
	path, bare := "policy."+rule.name, d.bare(node)
	if bare == nil {
		return "", false
	}
	d.spots[path] = place(bare)
	nodes := []ast.Node{bare}
	sequence, isList := bare.(*ast.SequenceNode)
	switch {
	case isList && rule.kind != listSetting:
		d.mistake(path, fmt.Sprintf("policy setting %s is a list", rule.name), "it must be "+rule.allowed())
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
		each = d.bare(each)
		if each == nil {
			d.mistake(path, "an entry of "+path+" is empty", "give it a value or remove it")
			good = false
			continue
		}
		d.spots[at] = place(each)
		text, ok := d.text(each, at, false)
		good = good && ok
		written, texts = append(written, d.spots[at].written), append(texts, text)
	}
	if !good {
		return "", false
	}
	if !isList {
		texts = splitList(rule, texts[0])
	}
	value, err := rule.canonical(texts)
	if err != nil {
		d.spots[path] = spot{line: d.spots[path].line, column: d.spots[path].column, written: strings.Join(written, ", ")}
		d.mistake(path, fmt.Sprintf("policy setting %s is %s", rule.name, d.quote(path)), d.settingHint(rule, texts, written, err))
		return "", false
	}
	return value, true
}

// settingHint says what the setting must be, and what was meant where one choice is near.
func (d *decoder) settingHint(rule settingRule, texts, written []string, err error) string {
	hint := "it must be " + err.Error()
	if rule.kind == choiceSetting && texts[0] == written[0] {
		if near, ok := nearest(texts[0], rule.choices); ok {
			return "did you mean " + near + "? " + hint
		}
	}
	return hint
}
