package demo

import "fmt"

// cents is an amount of money in hundredths of its currency.
type cents int64

func (c cents) String() string {
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s%d.%02d", sign, c/100, c%100)
}

// share is c * part / whole, rounded half away from zero.
func (c cents) share(part, whole int) cents {
	n, w := int64(c)*int64(part), int64(whole)
	if n < 0 {
		return -cents((-n + w/2) / w)
	}
	return cents((n + w/2) / w)
}

// product is something on the price list. Prices are for one month, of one seat when it is sold by
// the seat.
type product struct {
	id     string
	bySeat bool
	price  map[string]cents
}

// tiers are the core product, from the smallest up; a customer has exactly one of them.
var tiers = []*product{
	{"essencial", true, map[string]cents{"BRL": 89_00, "USD": 19_00, "EUR": 17_00, "CLP": 17_000_00}},
	{"profissional", true, map[string]cents{"BRL": 139_00, "USD": 29_00, "EUR": 26_00, "CLP": 26_000_00}},
	{"empresa", true, map[string]cents{"BRL": 189_00, "USD": 39_00, "EUR": 35_00, "CLP": 36_000_00}},
}

// addons come on top of a tier.
var addons = []*product{
	{"addon-analytics", true, map[string]cents{"BRL": 19_00, "USD": 4_00, "EUR": 3_60, "CLP": 3_000_00}},
	{"addon-fiscal", false, map[string]cents{"BRL": 390_00, "USD": 89_00, "EUR": 79_00, "CLP": 78_000_00}},
	{"addon-integracoes", false, map[string]cents{"BRL": 590_00, "USD": 129_00, "EUR": 115_00, "CLP": 115_000_00}},
	{"addon-suporte-premium", false, map[string]cents{"BRL": 1_450_00, "USD": 299_00, "EUR": 275_00, "CLP": 270_000_00}},
}

var (
	// partnerCredit is a recurring credit that is billed as a product of its own.
	partnerCredit = &product{"credito-parceria", false, map[string]cents{"BRL": -180_00, "USD": -40_00, "EUR": -36_00, "CLP": -36_000_00}}
	onboarding    = &product{"implantacao", false, map[string]cents{"BRL": 4_800_00, "USD": 1_100_00, "EUR": 990_00, "CLP": 950_000_00}}
	training      = &product{"treinamento", false, map[string]cents{"BRL": 1_900_00, "USD": 450_00, "EUR": 400_00, "CLP": 380_000_00}}
	slaCredit     = &product{"credito-sla", false, map[string]cents{"BRL": -350_00, "USD": -75_00, "EUR": -70_00, "CLP": -65_000_00}}
	// overage is what documents above the plan's allowance cost, a hundred at a time.
	overage = &product{"documentos-excedentes", false, map[string]cents{"BRL": 45_00, "USD": 9_00, "EUR": 8_50, "CLP": 8_000_00}}
)

// part is one product of a subscription: how many, and the month's price of one as last agreed.
type part struct {
	product  *product
	quantity int
	unit     cents
}

// termPrice is what the part costs for a whole term of 1, 3 or 12 months; who pays ahead pays less.
func (p part) termPrice(term int) cents {
	unit := p.unit
	switch term {
	case 3:
		unit = (p.unit * 3).share(97, 100)
	case 12:
		unit = (p.unit * 12).share(90, 100)
	}
	return unit * cents(p.quantity)
}

// planID names the plan of a product by its term.
func planID(p *product, term int) string {
	switch term {
	case 3:
		return p.id + "-trimestral"
	case 12:
		return p.id + "-anual"
	}
	return p.id + "-mensal"
}

// indexes are the yearly adjustments that contracts name, in hundredths of a percent, by the year in
// which they are applied: the change of the price index over the year before. A fall of the index
// leaves the price as it is.
var indexes = map[string]map[int]int{
	"ipca":  {2019: 375, 2020: 431, 2021: 452, 2022: 1006, 2023: 579, 2024: 462, 2025: 483, 2026: 426},
	"igp-m": {2019: 754, 2020: 730, 2021: 2314, 2022: 1778, 2023: 545, 2024: 0, 2025: 654, 2026: 0},
	"cpi":   {2022: 700, 2023: 650, 2024: 340, 2025: 290, 2026: 270},
}

// indexFor is the adjustment in a year, with a moderate one for years without a figure.
func indexFor(clause string, year int) int {
	table, ok := indexes[clause]
	if !ok {
		return 0
	}
	if bp, ok := table[year]; ok {
		return bp
	}
	if clause == "cpi" {
		return 300
	}
	return 450
}
