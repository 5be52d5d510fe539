package transform

import (
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// mapping gives the pairs of a YAML mapping, in order.
func mapping(node ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// text reads a scalar as text.
func (r *headerReader) text(key string, node ast.Node) string {
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode, *ast.NullNode:
		r.at(node, "%s must be a text", key)
		return ""
	}
	var value string
	if err := yaml.NodeToValue(node, &value); err != nil {
		r.at(node, "%s must be a text", key)
	}
	return value
}

// names reads a list of names, or one name.
func (r *headerReader) names(key string, node ast.Node) []string {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		if name := strings.TrimSpace(r.text(key, node)); name != "" {
			return []string{name}
		}
		return nil
	}
	names := make([]string, 0, len(list.Values))
	for _, item := range list.Values {
		if name := strings.TrimSpace(r.text("each of "+key, item)); name != "" {
			names = append(names, name)
		}
	}
	return names
}

func (r *headerReader) oneOf(key string, node ast.Node, allowed ...string) string {
	value := r.text(key, node)
	for _, a := range allowed {
		if value == a {
			return value
		}
	}
	r.at(node, "%s must be %s, not %q", key, strings.Join(allowed, " or "), value)
	return ""
}

func (r *headerReader) flag(key string, node ast.Node) bool {
	boolean, ok := node.(*ast.BoolNode)
	if !ok {
		r.at(node, "%s must be true or false", key)
		return key == "published"
	}
	return boolean.Value
}

func (r *headerReader) columns(node ast.Node) []ColumnDoc {
	values, ok := mapping(node)
	if !ok {
		r.at(node, "columns must be a mapping of the form column: what it holds")
		return nil
	}
	docs := make([]ColumnDoc, 0, len(values))
	for _, value := range values {
		name := keyText(value)
		docs = append(docs, ColumnDoc{Name: name, Text: strings.TrimSpace(r.text("the text of column "+name, value.Value))})
	}
	return docs
}

func (r *headerReader) acceptedValues(node ast.Node) []AcceptedValues {
	values, ok := mapping(node)
	if !ok {
		r.at(node, "accepted_values must be a mapping of the form column: [value, value]")
		return nil
	}
	accepted := make([]AcceptedValues, 0, len(values))
	for _, value := range values {
		column := keyText(value)
		list, ok := value.Value.(*ast.SequenceNode)
		if !ok || len(list.Values) == 0 {
			r.at(value.Value, "accepted_values of %s must be a list of values", column)
			continue
		}
		entry := AcceptedValues{Column: column}
		for _, item := range list.Values {
			var v any
			if err := yaml.NodeToValue(item, &v); err != nil || !isScalar(v) {
				r.at(item, "a value that %s accepts must be a text, a number, true or false", column)
				continue
			}
			entry.Values = append(entry.Values, v)
		}
		accepted = append(accepted, entry)
	}
	return accepted
}

func isScalar(value any) bool {
	switch value.(type) {
	case string, bool, int, int64, uint64, float64:
		return true
	}
	return false
}

func (r *headerReader) checks(node ast.Node) []Expression {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		r.at(node, "checks must be a list of {name, expression, severity}")
		return nil
	}
	checks := make([]Expression, 0, len(list.Values))
	for _, item := range list.Values {
		values, ok := mapping(item)
		if !ok {
			r.at(item, "a check must be of the form {name: ..., expression: ..., severity: error or warn}")
			continue
		}
		check := Expression{line: item.GetToken().Position.Line}
		for _, value := range values {
			switch key := keyText(value); key {
			case "name":
				check.Name = r.text("a check's name", value.Value)
				check.line = value.Key.GetToken().Position.Line
			case "expression":
				check.Expression = r.text("a check's expression", value.Value)
			case "severity":
				check.Severity = Severity(r.oneOf("a check's severity", value.Value, string(SeverityError), string(SeverityWarn)))
			default:
				r.at(value.Key, "unknown key %q of a check; known keys are name, expression, severity", key)
			}
		}
		switch {
		case check.Name == "":
			r.at(item, "a check needs a name")
		case strings.TrimSpace(check.Expression) == "":
			r.at(item, "check %s needs an expression", check.Name)
		default:
			checks = append(checks, check)
		}
	}
	return checks
}

// keyText gives a mapping's key as text, without the quotes it may have been written in.
func keyText(value *ast.MappingValueNode) string {
	if text, ok := value.Key.(*ast.StringNode); ok {
		return text.Value
	}
	return value.Key.String()
}
