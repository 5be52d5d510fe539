package records

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// step is one step of a path: into an object by key, or into a list by index.
type step struct {
	key   string
	index int  // of a list when list is set; everyItem: all of them
	list  bool // a step into a list
}

// everyItem is the index of [*], which only masks know.
const everyItem = -1

// paths keeps what was parsed: a connector has a few dozen paths, asked for with every page or record.
var paths sync.Map // string -> parsed

type parsed struct {
	steps []step
	err   error
}

// pathOf gives the steps of a path, as data.items[0].id or ["a.b"].c. The empty path has none.
func pathOf(path string) ([]step, error) {
	if have, ok := paths.Load(path); ok {
		p, _ := have.(parsed)
		return p.steps, p.err
	}
	steps, err := parsePath(path)
	paths.Store(path, parsed{steps, err})
	return steps, err
}

// CheckPath tells what is wrong with a path, nil when nothing is.
func CheckPath(path string) error {
	_, err := pathOf(path)
	return err
}

func parsePath(path string) (steps []step, err error) {
	rest := path
	for rest != "" {
		switch {
		case strings.HasPrefix(rest, `["`):
			end := strings.Index(rest, `"]`)
			if end < 0 {
				return nil, fmt.Errorf(`path %q: a ["key"] is not closed`, path)
			}
			steps = append(steps, step{key: rest[2:end]})
			rest = rest[end+2:]
		case rest[0] == '[':
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, fmt.Errorf("path %q: a [ is not closed", path)
			}
			index := everyItem
			if inner := rest[1:end]; inner != "*" {
				if index, err = strconv.Atoi(inner); err != nil || index < 0 {
					return nil, fmt.Errorf(`path %q: [%s] is no index: write [0], or ["%s"] for a key`, path, inner, inner)
				}
			}
			steps = append(steps, step{index: index, list: true})
			rest = rest[end+1:]
		default:
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			if end == 0 {
				return nil, fmt.Errorf("path %q: a key is empty", path)
			}
			steps = append(steps, step{key: rest[:end]})
			rest = rest[end:]
		}
		if rest == "" {
			break
		}
		if rest[0] == '.' {
			if rest = rest[1:]; rest == "" {
				return nil, fmt.Errorf("path %q ends with a dot", path)
			}
		} else if rest[0] != '[' {
			return nil, fmt.Errorf("path %q: a dot or [ must follow ]", path)
		}
	}
	return steps, nil
}
