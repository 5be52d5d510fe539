package transform

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// selectorPattern parts a selector: @, depth of what it needs, method, value, depth of what needs it.
var selectorPattern = regexp.MustCompile(`^(@)?(?:(\d*)(\+))?(?:([a-z_]+):)?(.*?)(?:(\+)(\d*))?$`)

// one gives what a selector without spaces and commas selects.
func (p *Project) one(selector string) (map[string]bool, error) {
	part := selectorPattern.FindStringSubmatch(selector)
	if part == nil || part[5] == "" {
		return nil, &UnknownSelectorError{Selector: selector}
	}
	at, up, down := part[1] != "", part[3] != "", part[6] != ""
	if at && (up || down) {
		return nil, fmt.Errorf("selector %q: @ already adds both ways, so it takes no +", selector)
	}
	core, err := p.core(selector, part[4], part[5])
	if err != nil {
		return nil, err
	}
	selected := map[string]bool{}
	add := func(keys map[string]bool) {
		for key := range keys {
			if p.byName[key] != nil {
				selected[key] = true
			}
		}
	}
	add(core)
	for key := range core {
		if up {
			add(p.ancestors(key, depth(part[2])))
		}
		if down {
			add(p.descendants(key, depth(part[7])))
		}
		if at {
			below := p.descendants(key, -1)
			add(below)
			add(p.ancestors(key, -1))
			for child := range below {
				add(p.ancestors(child, -1))
			}
		}
	}
	return selected, nil
}

// depth reads the number beside a plus; none means any depth.
func depth(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return -1
	}
	return n
}

// core gives the relations that a selector names by itself. Only source: names given relations beside models.
func (p *Project) core(selector, method, value string) (map[string]bool, error) {
	found := map[string]bool{}
	match := func(keep func(*Model) bool) {
		for _, m := range p.models {
			if keep(m) {
				found[m.Name] = true
			}
		}
	}
	switch method {
	case "":
		match(func(m *Model) bool { return isNamed(m, value) || p.isUnder(m, value) })
	case "path", "file":
		match(func(m *Model) bool { return p.isUnder(m, value) })
	case "tag":
		match(func(m *Model) bool {
			return slices.ContainsFunc(m.Header.Tags, func(tag string) bool { return wild(value, tag) })
		})
	case "source":
		for key := range p.given {
			source, stream, _ := strings.Cut(key, ".")
			if stream != "" && (wild(value, source) || wild(value, key)) {
				for _, child := range p.children[key] {
					found[child] = true
				}
			}
		}
	default:
		return nil, fmt.Errorf("selector %q: unknown method %s; known are path:x, tag:x and source:x", selector, method)
	}
	if len(found) == 0 {
		return nil, &UnknownSelectorError{Selector: selector, Nearest: p.nearestSelectors(method, value)}
	}
	return found, nil
}

// isNamed says whether value is the model's name, or its folders and name parted by dots, or the first of these.
func isNamed(m *Model, value string) bool {
	if wild(value, m.Name) {
		return true
	}
	dotted := strings.ReplaceAll(path.Join(path.Dir(m.Path), m.Name), "/", ".")
	return wild(value, dotted) || strings.HasPrefix(dotted, value+".")
}

// isUnder says whether the model's file is the path, or lies under it. The path may begin with the user's folder.
func (p *Project) isUnder(m *Model, value string) bool {
	value = path.Clean(value)
	if label := path.Clean(p.userLabel); p.userLabel != "" && strings.HasPrefix(value, label+"/") {
		value = strings.TrimPrefix(value, label+"/")
	}
	return wild(value, m.Path) || wild(value, strings.TrimSuffix(m.Path, ".sql")) || strings.HasPrefix(m.Path, value+"/")
}

// wild compares a name with a pattern of *, which is anything, and ?, which is any one letter.
func wild(pattern, name string) bool {
	pattern = strings.ToLower(pattern)
	if !strings.ContainsAny(pattern, "*?") {
		return pattern == strings.ToLower(name)
	}
	quoted := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern))
	matched, err := regexp.MatchString("^"+quoted+"$", strings.ToLower(name))
	return err == nil && matched
}

// nearestSelectors gives the selectors of a method whose value is near to one that selects nothing.
func (p *Project) nearestSelectors(method, value string) []string {
	known := map[string]bool{}
	for _, m := range p.models {
		switch method {
		case "tag":
			for _, tag := range m.Header.Tags {
				known[tag] = true
			}
		case "path", "file":
			known[m.Path], known[path.Dir(m.Path)] = true, true
		case "":
			known[m.Name], known[m.Layer] = true, true
		}
	}
	if method == "source" {
		for key := range p.given {
			if source, _, found := strings.Cut(key, "."); found {
				known[source], known[key] = true, true
			}
		}
	}
	names := nearest(value, slices.Sorted(maps.Keys(known)), 3)
	if method != "" {
		for i, name := range names {
			names[i] = method + ":" + name
		}
	}
	return names
}
