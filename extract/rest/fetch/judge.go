package fetch

import (
	"bytes"
	"context"
)

// judge makes an answer of status 200 that holds an error what it is.
type judge struct {
	next Fetcher
	when mark
	path string
}

func (f judge) Fetch(ctx context.Context, r Request) (Response, error) {
	answer, err := f.next.Fetch(ctx, r)
	if err == nil && f.when.in(answer.Body) {
		return Response{}, newStatusError(r, answer, f.path)
	}
	return answer, err
}

// mark is a path whose presence makes a body an error.
type mark struct {
	path string
	key  []byte // the path's last name as JSON writes it: a body without it need not be parsed
}

func newMark(path string) mark {
	names := splitPath(path)
	if len(names) == 0 {
		return mark{}
	}
	m := mark{path: path}
	if last := names[len(names)-1]; last.index < 0 {
		m.key = []byte(`"` + last.name + `"`)
	}
	return m
}

func (m mark) in(body []byte) bool {
	if m.path == "" || !bytes.Contains(body, m.key) {
		return false
	}
	value, ok := valueAt(body, m.path)
	return ok && isTrue(value)
}

// isTrue tells presence: neither null nor false nor empty.
func isTrue(value any) bool {
	switch v := value.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case float64:
		return v != 0
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}
