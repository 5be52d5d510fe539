package fetch

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// usual is where APIs put the message of an error, for connectors that do not say.
var usual = []string{"error.message", "message", "error_description", "error", "errors[0].message", "detail", "description"}

// maxMessage is how many characters of a message are told.
const maxMessage = 300

// messageOf finds the words of an error in a body.
func messageOf(body []byte, path string) string {
	paths := usual
	if path != "" {
		paths = append([]string{path}, usual...)
	}
	for _, path := range paths {
		value, ok := valueAt(body, path)
		if text, isText := value.(string); ok && isText && text != "" {
			return readable(text)
		}
	}
	text := strings.TrimSpace(string(body[:min(len(body), 4*maxMessage)]))
	if strings.HasPrefix(text, "<") { // a page for a browser
		return ""
	}
	return readable(text)
}

// readable gives one line of limited length.
func readable(text string) string {
	text = strings.ToValidUTF8(text, "?")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if utf8.RuneCountInString(text) > maxMessage {
		text = string([]rune(text)[:maxMessage]) + "…"
	}
	return text
}

// step is a part of a path: a name, or the index of a list.
type step struct {
	name  string
	index int // -1: a name
}

// splitPath reads a path of dots and [n], as errors[0].message; a name that holds a dot is written ["a.b"].
func splitPath(path string) []step {
	var steps []step
	for path != "" {
		if inside, rest, ok := strings.Cut(path, "]"); ok && strings.HasPrefix(inside, "[") {
			if n, err := strconv.Atoi(inside[1:]); err == nil {
				steps = append(steps, step{index: n})
			} else {
				steps = append(steps, step{name: strings.Trim(inside[1:], `"`), index: -1})
			}
			path = strings.TrimPrefix(rest, ".")
			continue
		}
		end := strings.IndexAny(path, ".[")
		if end <= 0 {
			end = len(path)
		}
		steps = append(steps, step{name: path[:end], index: -1})
		path = strings.TrimPrefix(path[end:], ".")
	}
	return steps
}

// valueAt finds what stands at a path; ok is false when the body is no JSON up to there, or has nothing there. What lies
// beside the path is passed over, not kept.
func valueAt(body []byte, path string) (value any, ok bool) {
	decoder := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true))
	for _, s := range splitPath(path) {
		if !s.enter(decoder) {
			return nil, false
		}
	}
	raw, err := decoder.ReadValue()
	if err != nil || json.Unmarshal(raw, &value) != nil {
		return nil, false
	}
	return value, true
}

// enter moves to the value of a name or an index within the value that comes next.
func (s step) enter(decoder *jsontext.Decoder) bool {
	open, err := decoder.ReadToken()
	if err != nil || s.index >= 0 != (open.Kind() == '[') || s.index < 0 && open.Kind() != '{' {
		return false
	}
	for at := 0; decoder.PeekKind() != ']' && decoder.PeekKind() != '}'; at++ {
		found := at == s.index
		if s.index < 0 {
			name, err := decoder.ReadToken()
			if err != nil {
				return false
			}
			found = name.String() == s.name
		}
		if found {
			return true
		}
		if decoder.SkipValue() != nil {
			return false
		}
	}
	return false
}
