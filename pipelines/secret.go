package pipelines

import (
	"fmt"
	"log/slog"
)

// hidden is what stands wherever a secret would be shown.
const hidden = "[secret]"

// Secret is a text that no printing shows: not %v, %+v, %#v, %s or %q, not JSON or YAML, not slog, not as a field of
// another value. Only Reveal gives it, and only the code that signs in somewhere calls that.
//
// The text stands behind a pointer: fmt calls no method on an unexported field of a struct that holds a Secret,
// but then prints an address and not the text.
type Secret struct {
	text *string
}

// NewSecret hides text.
func NewSecret(text string) Secret {
	return Secret{text: &text}
}

// Reveal gives the text itself, and "" where none was set.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero says that no secret, or an empty one, was set.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// Equal compares the texts.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// String shows that there is a secret, and nothing of it.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return hidden
}

// GoString is what %#v prints.
func (s Secret) GoString() string { return s.String() }

// Format answers every verb alike, %x and %d too.
func (s Secret) Format(state fmt.State, _ rune) {
	_, _ = state.Write([]byte(s.String()))
}

// MarshalText is what JSON, YAML and XML encoders write.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue is what slog writes.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
