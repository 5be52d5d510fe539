package fetch

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"

	"lastro/extract/rest/spec"
)

// redacted stands where a secret stood.
const redacted = "[redacted]"

// shortest is how many bytes a secret has at least: taking less out of texts would tear words apart.
const shortest = 4

// redactor takes secrets out of texts: as they are, and as URLs, JSON and basic authentication write them.
type redactor struct {
	mu       sync.RWMutex
	secrets  map[string]bool
	replacer *strings.Replacer
}

func newRedactor(secrets []string, a spec.Auth) *redactor {
	d := &redactor{secrets: map[string]bool{}, replacer: strings.NewReplacer()}
	d.add(secrets...)
	d.add(a.Token, a.Password, a.Value, a.ClientSecret, a.RefreshToken)
	if a.Password == "" {
		d.add(a.Username) // a key that is given as the user
	}
	if a.Username != "" || a.Password != "" {
		d.add(base64.StdEncoding.EncodeToString([]byte(a.Username + ":" + a.Password)))
	}
	return d
}

// add makes texts secret, as a token that was just given.
func (d *redactor) add(secrets ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, secret := range secrets {
		if secret = strings.TrimSpace(secret); len(secret) < shortest {
			continue
		}
		d.secrets[secret], d.secrets[url.QueryEscape(secret)], d.secrets[url.PathEscape(secret)] = true, true, true
		if quoted, err := json.Marshal(secret); err == nil {
			d.secrets[strings.Trim(string(quoted), `"`)] = true
		}
	}
	var pairs []string
	for secret := range d.secrets {
		pairs = append(pairs, secret)
	}
	// The longest first: a secret may be part of another.
	slices.SortFunc(pairs, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var both []string
	for _, secret := range pairs {
		both = append(both, secret, redacted)
	}
	d.replacer = strings.NewReplacer(both...)
}

func (d *redactor) text(s string) string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.replacer.Replace(s)
}

// err gives an error without secrets: of one that holds some nothing is left but its text, and what errors.Is and
// errors.As find in it.
func (d *redactor) err(err error) error {
	var status *StatusError
	if errors.As(err, &status) {
		status.Message = d.text(status.Message)
	}
	if text := err.Error(); d.text(text) != text {
		return &cleaned{text: d.text(text), err: err}
	}
	return err
}

// cleaned is an error whose own text must not be seen.
type cleaned struct {
	text string
	err  error
}

func (e *cleaned) Error() string        { return e.text }
func (e *cleaned) Is(target error) bool { return errors.Is(e.err, target) }
func (e *cleaned) As(target any) bool   { return errors.As(e.err, target) }
