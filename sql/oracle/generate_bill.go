package oracle

import "math/big"

// bill issues lines on one invoice, which gives them their ids, their status and
// their dates.
func (g *generator) bill(lines ...Line) {
	start := lines[0].ServiceStart
	issued := start + Day(pick(g.rng, 0, 0, 0, 3, -2, 0))
	if g.chance(0.05) { // in arrears
		issued = lines[0].ServiceEnd
	}
	invoice := Invoice{
		ID: "inv_" + g.lineID(), AccountID: lines[0].AccountID, Currency: lines[0].Currency,
		IssuedAt: g.stamp(issued), Total: new(big.Rat),
	}
	if g.chance(0.7) {
		invoice.DueAt = On(issued + 15)
	}
	changed := g.status(&invoice, issued, lines[0])

	told := g.chance(0.97) // an invoice that is not told leaves its lines as they are
	for _, line := range lines {
		line.ID = g.lineID()
		line.IssuedAt, line.InvoiceStatus, line.StatusChangedAt = invoice.IssuedAt, invoice.Status, changed
		if told || g.chance(0.5) {
			line.InvoiceID = invoice.ID
		}
		invoice.Total = add(invoice.Total, line.Amount)
		if line.DiscountAmount != nil {
			invoice.Total = sub(invoice.Total, line.DiscountAmount)
		}
		g.company.Lines = append(g.company.Lines, line)
	}
	if told {
		g.company.Invoices = append(g.company.Invoices, invoice)
	}
}

// status gives an invoice its status and what hangs on it, and the date its lines
// tell for it. Write-offs fall before, within or after the service.
func (g *generator) status(invoice *Invoice, issued Day, line Line) (changed Stamp) {
	switch what := g.rng.Float64(); {
	case what < 0.84:
		invoice.Status = "paid"
		paid := issued + Day(g.between(0, 30))
		invoice.PaidAt = On(paid)
		return g.maybe(0.2, paid)
	case what < 0.91:
		invoice.Status = "open"
		return g.maybe(0.1, issued)
	case what < 0.96:
		invoice.Status = "uncollectible"
		return g.maybe(0.75, g.dayBetween(line.ServiceStart-1, line.ServiceEnd+10))
	case what < 0.98:
		invoice.Status = "void"
		return g.maybe(0.3, issued+Day(g.between(1, 90)))
	default:
		invoice.Status = "draft"
		return Stamp{}
	}
}
