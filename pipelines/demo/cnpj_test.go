package demo

import (
	"strings"
	"testing"
)

func TestCNPJDigitsOfKnownNumbers(t *testing.T) {
	for _, known := range []string{
		"00000000000191", // Banco do Brasil
		"33000167000101", // Petrobras
		"60746948000112", // Bradesco
		"11222333000181", // the example of many manuals
		"12ABC34501DE35", // the Receita Federal's example of a number with letters
	} {
		if got := cnpjDigits(known[:12]); got != known[12:] {
			t.Errorf("check digits of %s: got %s, want %s", known[:12], got, known[12:])
		}
	}
}

func TestNewTaxIDs(t *testing.T) {
	chance := newDice(7, "test", 0)
	bare := strings.NewReplacer(".", "", "/", "", "-", "")
	for range 500 {
		n := bare.Replace(newCNPJ(chance))
		if len(n) != 14 || cnpjDigits(n[:12]) != n[12:] {
			t.Fatalf("CNPJ %q is not valid", n)
		}
		nif := newNIF(chance)
		sum := 0
		for i, c := range nif {
			sum += int(c-'0') * (9 - i)
		}
		if rest := sum % 11; len(nif) != 9 || rest != 0 && !(rest == 1 && nif[8] == '0') {
			t.Fatalf("NIF %q is not valid", nif)
		}
	}
}
