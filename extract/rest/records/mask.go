package records

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
)

// masker does what a Mask says.
type masker struct {
	rule string
	mac  hash.Hash
	sum  []byte
}

const redacted = "redacted"

func newMaskers(masks map[string]Mask) (map[string]*masker, error) {
	maskers := make(map[string]*masker, len(masks))
	for name, m := range masks {
		switch {
		case m.Rule == "hash" && len(m.Key) == 0:
			return nil, fmt.Errorf("mask of %s: a hash needs a key", name)
		case m.Rule == "hash":
			maskers[name] = &masker{rule: m.Rule, mac: hmac.New(sha256.New, m.Key)}
		case m.Rule == "redact", m.Rule == "drop":
			maskers[name] = &masker{rule: m.Rule}
		default:
			return nil, fmt.Errorf("mask of %s: %q is no rule: use hash, redact or drop", name, m.Rule)
		}
	}
	return maskers, nil
}

func (m *masker) drops() bool { return m != nil && m.rule == "drop" }

// append adds what stands for a value that is not null: 32 hexadecimal digits of HMAC-SHA256, or "redacted".
func (m *masker) append(to, value []byte) []byte {
	if m.mac == nil {
		return append(to, redacted...)
	}
	m.mac.Reset()
	_, _ = m.mac.Write(value) // a hash takes everything
	m.sum = m.mac.Sum(m.sum[:0])
	return hex.AppendEncode(to, m.sum[:16])
}

// checkKeys refuses what would make all records one.
func checkKeys(columns []*column) error {
	for _, c := range columns {
		if c.key && c.mask != nil && c.mask.mac == nil {
			return errors.New("column " + c.name + " is part of the key: it can be masked by hash only")
		}
	}
	return nil
}
