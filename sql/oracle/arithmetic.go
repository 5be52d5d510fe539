package oracle

import (
	"fmt"
	"slices"
)

// Case is a tiny company with facts that its tables must show, worked out by hand.
type Case struct {
	Name     string
	Company  Company
	Settings Settings
	Facts    []Fact
}

// Fact is one cell: the row is named by the key of the table's Schema, its parts
// joined by "|", as in month|2024-01-01|acme.
type Fact struct{ Table, Key, Column, Value string }

// ArithmeticCases are the numbers that must come out of sections 2 to 4 by plain
// arithmetic.
func ArithmeticCases() []Case {
	return slices.Concat(lifecycleCases(), bookCases(), couponCases(), changeCases(), swapCases(), endingCases())
}

// Check compares the facts with tables, for which money must be equal and ratios as
// in Exact.
func (c Case) Check(tables Tables) []Difference {
	var found []Difference
	for _, fact := range c.Facts {
		got, err := fact.find(tables)
		if err != nil {
			found = append(found, Difference{fact.Table, fact.Key, fact.Column, fact.Value, err.Error()})
			continue
		}
		if !Exact.same(fact.kind(), fact.Value, got) {
			found = append(found, Difference{fact.Table, fact.Key, fact.Column, fact.Value, got})
		}
	}
	return found
}

func (f Fact) kind() Kind {
	schema, _ := SchemaOf(f.Table)
	for _, column := range schema.Columns {
		if column.Name == f.Column {
			return column.Kind
		}
	}
	return Text
}

func (f Fact) find(tables Tables) (string, error) {
	schema, ok := SchemaOf(f.Table)
	if !ok {
		return "", fmt.Errorf("no such table")
	}
	for _, row := range tables[f.Table] {
		if schema.Key(row) == f.Key {
			cell, ok := row[f.Column]
			if !ok {
				return "", fmt.Errorf("no such column")
			}
			return cell, nil
		}
	}
	return "", fmt.Errorf("no such row")
}

// moved is a fact of account_period for one account and month.
func moved(month, account, column, value string) Fact {
	return Fact{"account_period", "month|" + month + "|" + account, column, value}
}

// rolled and kept are facts of the whole company's mrr_rollforward and retention.
func rolled(period, column, value string) Fact {
	return Fact{"mrr_rollforward", period + "|all|all", column, value}
}

func kept(period, column, value string) Fact {
	return Fact{"retention", period + "|all|all", column, value}
}
