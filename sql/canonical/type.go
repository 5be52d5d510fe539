package canonical

import (
	"fmt"
	"strconv"
	"strings"
)

// kind says how values of a type are read and compared.
type kind int

const (
	kindText kind = iota
	kindCurrency
	kindDate
	kindTimestamp
	kindBoolean
	kindInteger
	kindDecimal
	kindDouble
)

// Type is the type of a column: how its text reads and how DuckDB keeps it. The zero Type is text.
type Type struct {
	name   string
	kind   kind
	width  int // of a decimal: digits in all
	scale  int // of a decimal: digits after the point
	rounds bool
}

// Text is the type of a column that nothing is asked of.
var Text = Type{name: "text"}

// types are the types by name. Money is exact: an amount of more than four decimals is an error, since rounding it
// would restate it. Rates, monthly amounts and quantities come out of divisions and are rounded to what is kept.
var types = map[string]Type{
	"text":      Text,
	"currency":  {name: "currency", kind: kindCurrency},
	"date":      {name: "date", kind: kindDate},
	"timestamp": {name: "timestamp", kind: kindTimestamp},
	"boolean":   {name: "boolean", kind: kindBoolean},
	"integer":   {name: "integer", kind: kindInteger},
	"double":    {name: "double", kind: kindDouble},
	"money":     {name: "money", kind: kindDecimal, width: 18, scale: 4},
	"score":     {name: "score", kind: kindDecimal, width: 9, scale: 4},
	"quantity":  {name: "quantity", kind: kindDecimal, width: 18, scale: 4, rounds: true},
	"rate":      {name: "rate", kind: kindDecimal, width: 24, scale: 12, rounds: true},
	"mrr":       {name: "mrr", kind: kindDecimal, width: 24, scale: 10, rounds: true},
}

// TypeNames says for people which types there are.
const TypeNames = "text, date, timestamp, boolean, integer, money, rate, mrr, quantity, score, currency, double, decimal(p,s)"

// ParseType gives the type of a name, as money or decimal(12,2). A decimal(p,s) is exact.
func ParseType(name string) (Type, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if t, ok := types[name]; ok {
		return t, nil
	}
	inner, isDecimal := strings.CutPrefix(name, "decimal(")
	width, scale, ok := strings.Cut(strings.TrimSuffix(inner, ")"), ",")
	if isDecimal && ok && strings.HasSuffix(inner, ")") {
		w, werr := strconv.Atoi(strings.TrimSpace(width))
		s, serr := strconv.Atoi(strings.TrimSpace(scale))
		if werr == nil && serr == nil && 1 <= w && w <= 38 && 0 <= s && s <= w {
			return Type{name: fmt.Sprintf("decimal(%d,%d)", w, s), kind: kindDecimal, width: w, scale: s}, nil
		}
	}
	return Type{}, fmt.Errorf("%q is no type: use one of %s", name, TypeNames)
}

// String gives the type's name, as ParseType takes it.
func (t Type) String() string {
	if t.name == "" {
		return Text.name
	}
	return t.name
}

// SQL gives the type in which DuckDB keeps the values. A TIMESTAMP is in UTC.
func (t Type) SQL() string {
	switch t.kind {
	case kindDate:
		return "DATE"
	case kindTimestamp:
		return "TIMESTAMP"
	case kindBoolean:
		return "BOOLEAN"
	case kindInteger:
		return "BIGINT"
	case kindDouble:
		return "DOUBLE"
	case kindDecimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.width, t.scale)
	case kindText, kindCurrency:
	}
	return "VARCHAR"
}

// IsText tells whether values are kept as they are written.
func (t Type) IsText() bool { return t.kind == kindText || t.kind == kindCurrency }

// IsNumber tells whether values are decimals, whole numbers or doubles.
func (t Type) IsNumber() bool {
	return t.kind == kindInteger || t.kind == kindDecimal || t.kind == kindDouble
}

// IsMoment tells whether values are dates or timestamps.
func (t Type) IsMoment() bool { return t.kind == kindDate || t.kind == kindTimestamp }

// UnmarshalText reads the type's name.
func (t *Type) UnmarshalText(name []byte) error {
	parsed, err := ParseType(string(name))
	if err != nil {
		return err
	}
	*t = parsed
	return nil
}

// MarshalText gives the type's name.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }
