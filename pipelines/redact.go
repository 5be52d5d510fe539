package pipelines

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Redactor replaces every secret it was told of in a text, so that what a database or a server answered can be logged.
// It knows a secret also as it looks inside a URL or a quoted text, and knows the lines of one that has several.
// A nil Redactor changes nothing. It may be used from several goroutines.
type Redactor struct {
	mu sync.RWMutex
	// forms are the texts to replace, the longest first, so that no part of a long one is left over.
	forms []string
}

// Format keeps a printed Redactor, under whatever verb, from listing what it hides.
func (r *Redactor) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, "redactor") }

// wholeWordBelow is the length in bytes under which a secret is replaced only where it stands as a word of its own:
// a password "a" must not turn every text into holes.
const wholeWordBelow = 4

// Add makes text a secret, and with it the password inside it when it is a URL or a key=value connection string.
func (r *Redactor) Add(text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	texts := append([]string{text, strings.TrimSpace(text)}, passwordsIn(text)...)
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); len(line) >= 8 {
			texts = append(texts, line)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, each := range texts {
		goQuoted := strconv.Quote(each)
		r.forms = append(r.forms, each, url.QueryEscape(each), url.PathEscape(each), jsonQuoted(each), goQuoted[1:len(goQuoted)-1])
	}
	slices.SortFunc(r.forms, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	r.forms = slices.Compact(r.forms)
}

// passwordsIn finds the password of a connection string: postgres://user:password@host or "host=... password=...".
func passwordsIn(text string) []string {
	var found []string
	if address, err := url.Parse(text); err == nil {
		if password, ok := address.User.Password(); ok && password != "" {
			found = append(found, password)
		}
		for name, values := range address.Query() {
			if secretName.MatchString(name) {
				found = append(found, values...)
			}
		}
	}
	for _, field := range strings.Fields(text) {
		if name, value, ok := strings.Cut(field, "="); ok && strings.EqualFold(name, "password") {
			if value = strings.Trim(value, `'"`); value != "" {
				found = append(found, value)
			}
		}
	}
	return found
}

// jsonQuoted is text as it stands between the quotes of a JSON string.
func jsonQuoted(text string) string {
	encoded, err := json.Marshal(text)
	if err != nil {
		return text
	}
	return string(encoded[1 : len(encoded)-1])
}

// Text gives text with [secret] wherever a secret stood.
func (r *Redactor) Text(text string) string {
	if r == nil {
		return text
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, form := range r.forms {
		switch {
		case !strings.Contains(text, form):
		case len(form) < wholeWordBelow:
			text = replaceWords(text, form)
		default:
			text = strings.ReplaceAll(text, form, hidden)
		}
	}
	return text
}

// replaceWords replaces form where neither side of it is a letter or digit.
func replaceWords(text, form string) string {
	var out strings.Builder
	done := 0
	for {
		next := strings.Index(text[done:], form)
		if next < 0 {
			out.WriteString(text[done:])
			return out.String()
		}
		start, end := done+next, done+next+len(form)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		out.WriteString(text[done:start])
		if isWord(before) || isWord(after) {
			out.WriteString(form)
		} else {
			out.WriteString(hidden)
		}
		done = end
	}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// Error gives err with a redacted text, under every verb. errors.Is still finds what it wraps; errors.As does too,
// and what that gives is as it was: redact its text before showing it.
func (r *Redactor) Error(err error) error {
	if err == nil {
		return nil
	}
	if text := r.Text(err.Error()); text != err.Error() {
		return &redactedError{text: text, inner: func() error { return err }}
	}
	return err
}

// redactedError keeps the error it hides behind a function, which prints as an address.
type redactedError struct {
	text  string
	inner func() error
}

func (e *redactedError) Error() string              { return e.text }
func (e *redactedError) Is(target error) bool       { return errors.Is(e.inner(), target) }
func (e *redactedError) As(target any) bool         { return errors.As(e.inner(), target) }
func (e *redactedError) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, e.text) }

// Writer redacts what is written to w. Each Write must hold whole texts, as a slog handler's does: one record each.
func (r *Redactor) Writer(w io.Writer) io.Writer { return redactedWriter{redactor: r, to: w} }

type redactedWriter struct {
	redactor *Redactor
	to       io.Writer
}

func (w redactedWriter) Write(text []byte) (int, error) {
	if _, err := io.WriteString(w.to, w.redactor.Text(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}
