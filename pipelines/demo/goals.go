package demo

import (
	"fmt"
)

var (
	benchmarkColumns = []string{"metric", "segment", "low", "median", "high", "source", "year"}
	targetColumns    = []string{"metric", "period_start", "grain", "value", "comment"}
)

// benchmarkSource says that these are no survey's figures.
const benchmarkSource = "Prumo Software demo (fictitious)"

// benchmarkRows are what companies like this one are said to reach: metric, segment, low, median, high.
var benchmarkRows = [][5]string{
	{"nrr", "", "0.95", "1.02", "1.10"},
	{"nrr", "smb", "0.88", "0.96", "1.02"},
	{"nrr", "mid", "0.97", "1.04", "1.10"},
	{"nrr", "enterprise", "1.02", "1.09", "1.18"},
	{"grr", "", "0.84", "0.89", "0.94"},
	{"grr", "smb", "0.76", "0.83", "0.88"},
	{"grr", "mid", "0.85", "0.90", "0.94"},
	{"grr", "enterprise", "0.90", "0.94", "0.97"},
	{"logo_churn_rate", "", "0.009", "0.015", "0.025"},
	{"logo_churn_rate", "smb", "0.015", "0.024", "0.035"},
	{"renewal_rate", "", "0.80", "0.87", "0.93"},
	{"payback_months", "", "9", "15", "24"},
	{"ltv_to_cac", "", "2.2", "3.3", "5.0"},
	{"nps", "", "18", "34", "52"},
	{"csat", "", "0.72", "0.81", "0.90"},
	{"ces", "", "0.60", "0.70", "0.80"},
}

func (c *Company) benchmarks() [][]string {
	var rows [][]string
	for _, b := range benchmarkRows {
		rows = append(rows, []string{b[0], b[1], b[2], b[3], b[4], benchmarkSource, fmt.Sprint(c.end.time().Year() - 1)})
	}
	return rows
}

// targets are the board's plan, made on the first day of each year of the books: the month's MRR to
// come out of the year before plus a growth, and the year's retention.
func (c *Company) targets(end day) [][]string {
	var rows [][]string
	base := c.sold(c.start)
	for m := range c.options.Years*12 + 1 {
		month := monthStart(c.start.month() + m)
		if m > 0 && m%12 == 0 {
			base = c.sold(month)
		}
		value := base.share(1000+33*(m%12+1), 1000) / 1000_00 * 1000_00
		comment := ""
		if m%12 == 0 {
			comment = "Orçamento aprovado pelo conselho; câmbio do dia 1º"
		}
		if month <= end {
			rows = append(rows, []string{"closing_mrr", month.String(), "month", value.String(), comment})
		}
	}
	for y := c.start.time().Year() + 1; y <= end.time().Year(); y++ {
		first := dateOf(y, 1, 1).String()
		rows = append(rows,
			[]string{"nrr", first, "year", "1.06", "Meta da diretoria"},
			[]string{"grr", first, "year", "0.90", ""},
			[]string{"logo_churn_rate", first, "year", "0.16", "Clientes, não receita"})
	}
	return rows
}

// sold is what all paid subscriptions come to in a month on a day, in reais and before discounts.
func (c *Company) sold(on day) cents {
	var sum cents
	for _, a := range c.accounts {
		if s := a.customer(on); s != nil {
			sum += toReais(c.rates, monthly(s.partsOn(on), s.term), a.currency, on)
		}
	}
	return sum
}
