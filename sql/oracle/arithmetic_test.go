package oracle

import "testing"

func TestArithmeticCases(t *testing.T) {
	for _, c := range ArithmeticCases() {
		t.Run(c.Name, func(t *testing.T) {
			tables, err := Calculate(c.Company, c.Settings)
			if err != nil {
				t.Fatal(err)
			}
			reportDifferences(t, c.Check(tables))
		})
	}
}
