package oracle

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Tolerance is how far an actual cell may lie from the expected one: money
// absolutely, ratios by their size (absolutely below 1).
type Tolerance struct {
	Money *big.Rat
	Ratio float64
}

// Exact allows money nothing and ratios what doubles lose.
var Exact = Tolerance{Money: new(big.Rat), Ratio: 1e-9}

// Difference is a cell that is not as expected; with no Column, a row or (with no
// Key) a table that is missing or extra.
type Difference struct{ Table, Key, Column, Expected, Actual string }

// String writes a difference on one line.
func (d Difference) String() string {
	place := strings.TrimSpace(d.Table + " " + d.Key + " " + d.Column)
	return fmt.Sprintf("%s: expected %q, got %q", place, d.Expected, d.Actual)
}

// Diff compares every cell of the expected tables with the actual ones, and names
// rows that are missing, extra or there twice. Tables and columns that only the
// actual side has are passed over; columns that the expected rows lack are too.
func Diff(expected, actual Tables, tolerance Tolerance) []Difference {
	var found []Difference
	for _, schema := range Schemas {
		rows, ok := expected[schema.Name]
		if !ok {
			continue
		}
		others, ok := actual[schema.Name]
		if !ok {
			found = append(found, Difference{Table: schema.Name, Expected: "the table", Actual: "none"})
			continue
		}
		found = append(found, diffTable(schema, rows, others, tolerance)...)
	}
	return found
}

func diffTable(schema Schema, expected, actual []Row, tolerance Tolerance) []Difference {
	var found []Difference
	byKey := map[string]Row{}
	for _, row := range actual {
		if schema.Part != nil && !schema.Part(row) {
			continue
		}
		rowKey := schema.Key(row)
		if byKey[rowKey] != nil {
			found = append(found, Difference{schema.Name, rowKey, "", "one row", "two"})
		}
		byKey[rowKey] = row
	}
	for _, row := range expected {
		rowKey := schema.Key(row)
		other, ok := byKey[rowKey]
		if !ok {
			found = append(found, Difference{schema.Name, rowKey, "", "a row", "none"})
			continue
		}
		delete(byKey, rowKey)
		for _, column := range schema.Columns {
			want, ok := row[column.Name]
			if got := other[column.Name]; ok && !tolerance.same(column.Kind, want, got) {
				found = append(found, Difference{schema.Name, rowKey, column.Name, want, got})
			}
		}
	}
	var extra []string
	for rowKey := range byKey {
		extra = append(extra, rowKey)
	}
	slices.Sort(extra)
	for _, rowKey := range extra {
		found = append(found, Difference{schema.Name, rowKey, "", "no row", "a row"})
	}
	return found
}

// same compares two cells; "" (NULL) is equal to itself alone.
func (t Tolerance) same(kind Kind, want, got string) bool {
	if want == got {
		return true
	}
	if want == "" || got == "" {
		return false
	}
	switch kind {
	case Money, Integer:
		x, okX := new(big.Rat).SetString(want)
		y, okY := new(big.Rat).SetString(got)
		if !okX || !okY {
			return false
		}
		allowed := ratZero
		if kind == Money {
			allowed = t.Money
		}
		return new(big.Rat).Abs(sub(x, y)).Cmp(allowed) <= 0
	case Ratio:
		x, errX := strconv.ParseFloat(want, 64)
		y, errY := strconv.ParseFloat(got, 64)
		return errX == nil && errY == nil && math.Abs(x-y) <= t.Ratio*max(1, math.Abs(x))
	default:
		return canonicalCell(kind, want) == canonicalCell(kind, got)
	}
}

// canonicalCell writes a date without a time, a boolean in lower case and an
// integer without decimals, as another writer of CSV may have left them.
func canonicalCell(kind Kind, cell string) string {
	switch kind {
	case Dated:
		return cell[:min(len(cell), len("2024-01-31"))]
	case Boolean:
		return strings.ToLower(cell)
	case Integer:
		return strings.TrimSuffix(cell, ".0")
	default:
		return cell
	}
}
