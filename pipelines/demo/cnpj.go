package demo

import (
	"fmt"
	"strings"
)

// cnpjDigits gives the two check digits of the twelve first characters of a CNPJ (modulo 11, weights
// 2 to 9 from the right, then again). A character counts as its code less that of '0', which also
// covers the numbers with letters that the Receita Federal gives out from July 2026 on.
func cnpjDigits(twelve string) string {
	digits := twelve
	for range 2 {
		sum, weight := 0, 2
		for i := len(digits) - 1; i >= 0; i-- {
			sum += int(digits[i]-'0') * weight
			if weight++; weight > 9 {
				weight = 2
			}
		}
		check := 11 - sum%11
		if check > 9 {
			check = 0
		}
		digits += string(rune('0' + check))
	}
	return digits[len(twelve):]
}

// newCNPJ is a valid number of a head office. Its root starts with 99, far from the roots that are
// being given out, so that the demo's customers are nobody's.
func newCNPJ(chance *dice) string {
	twelve := fmt.Sprintf("99%06d0001", chance.between(0, 999_999))
	n := twelve + cnpjDigits(twelve)
	if chance.odds(1200) { // some were typed without the punctuation
		return n
	}
	return n[:2] + "." + n[2:5] + "." + n[5:8] + "/" + n[8:12] + "-" + n[12:]
}

// newNIF is a valid Portuguese company number: nine digits, the last one a check digit modulo 11.
func newNIF(chance *dice) string {
	eight := fmt.Sprintf("50%06d", chance.between(0, 999_999))
	sum := 0
	for i := range 8 {
		sum += int(eight[i]-'0') * (9 - i)
	}
	check := 11 - sum%11
	if check > 9 {
		check = 0
	}
	return fmt.Sprintf("%s%d", eight, check)
}

// newRFC has the form of a Mexican company's tax number: three letters, the founding date, three
// characters.
func newRFC(chance *dice, name string) string {
	letters := strings.ToUpper(strings.ReplaceAll(slug(name), "-", "")) + "XXX"
	return fmt.Sprintf("%s%02d%02d%02d%c%c%d", letters[:3], chance.between(80, 99), chance.between(1, 12),
		chance.between(1, 28), 'A'+rune(chance.between(0, 25)), 'A'+rune(chance.between(0, 25)), chance.between(0, 9))
}

// newTaxID is a tax number of the form of the country.
func newTaxID(chance *dice, country, name string) string {
	switch country {
	case "BR":
		return newCNPJ(chance)
	case "PT":
		return newNIF(chance)
	case "MX":
		return newRFC(chance, name)
	}
	return fmt.Sprintf("%02d-%07d", chance.between(10, 98), chance.between(0, 9_999_999))
}
