package lake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// widen gives the narrowest type that keeps the values of both, as written; ok
// is false when there is none. Text takes every simple value.
func widen(a, b string) (wide string, ok bool) {
	if a == b {
		return a, true
	}
	if a == "VARCHAR" || b == "VARCHAR" {
		return "VARCHAR", isSimple(a) && isSimple(b)
	}
	if i, j := slices.Index(momentTypes, a), slices.Index(momentTypes, b); i >= 0 && j >= 0 {
		return "TIMESTAMP", true
	}
	if a == "FLOAT" || a == "DOUBLE" || b == "FLOAT" || b == "DOUBLE" {
		return "DOUBLE", fitsDouble(a) && fitsDouble(b)
	}
	x, xok := numberOf(a)
	y, yok := numberOf(b)
	if !xok || !yok {
		return "", false
	}
	if x.scale == 0 && y.scale == 0 && x.name != "" && y.name != "" {
		return widenIntegers(x, y)
	}
	digits, scale := max(x.digits, y.digits), max(x.scale, y.scale)
	return fmt.Sprintf("DECIMAL(%d,%d)", digits+scale, scale), digits+scale <= 38
}

var momentTypes = []string{"DATE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP"}

// number is an exact type: digits before the point, digits after it, and the
// name of an integer type.
type number struct {
	name          string
	digits, scale int
	signed        bool
}

var integers = []number{
	{"TINYINT", 3, 0, true}, {"SMALLINT", 5, 0, true}, {"INTEGER", 10, 0, true}, {"BIGINT", 19, 0, true},
	{"UTINYINT", 3, 0, false}, {"USMALLINT", 5, 0, false}, {"UINTEGER", 10, 0, false}, {"UBIGINT", 20, 0, false},
}

func numberOf(name string) (number, bool) {
	for _, n := range integers {
		if n.name == name {
			return n, true
		}
	}
	inner, ok := strings.CutPrefix(name, "DECIMAL(")
	width, scale, found := strings.Cut(strings.TrimSuffix(inner, ")"), ",")
	if !ok || !found {
		return number{}, false
	}
	w, werr := strconv.Atoi(strings.TrimSpace(width))
	s, serr := strconv.Atoi(strings.TrimSpace(scale))
	return number{digits: w - s, scale: s, signed: true}, werr == nil && serr == nil
}

// widenIntegers gives the smallest signed type for a mix of signed and
// unsigned, decimal when no integer is wide enough.
func widenIntegers(x, y number) (string, bool) {
	if x.signed == y.signed {
		if x.digits < y.digits {
			x = y
		}
		return x.name, true
	}
	if !x.signed {
		x, y = y, x
	}
	for _, n := range integers {
		if n.signed && n.digits > y.digits && n.digits >= x.digits {
			return n.name, true
		}
	}
	// Only UBIGINT comes here: no signed integer type holds its twenty digits.
	return "DECIMAL(20,0)", true
}

// fitsDouble tells which values a double keeps exactly: no BIGINT, no decimal.
func fitsDouble(name string) bool {
	return slices.Contains([]string{"FLOAT", "DOUBLE", "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"}, name)
}

// isSimple tells types whose values read the same as text.
func isSimple(name string) bool {
	if _, exact := numberOf(name); exact || slices.Contains(momentTypes, name) {
		return true
	}
	return slices.Contains([]string{"VARCHAR", "BOOLEAN", "FLOAT", "DOUBLE", "UUID"}, name)
}
