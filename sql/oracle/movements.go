package oracle

import "math/big"

// movement is one account in one period: a row of account_period.
type movement struct {
	period
	account  *account
	class    string
	opening  *big.Rat
	closing  *big.Rat
	retained *big.Rat

	openingBook, fresh, reactivation, churned, fx     *big.Rat
	expansion, upsell, crossSell, priceIncrease       *big.Rat
	contraction, downsell, productDrop, priceDecrease *big.Rat
}

// movements has one for every period and account active at its open or its close.
func (b *book) movements(periods []period) []movement {
	var found []movement
	for _, p := range periods {
		for _, a := range b.accounts {
			if a.isActiveOn(p.open) || a.isActiveOn(p.close) {
				found = append(found, b.movementOf(a, p))
			}
		}
	}
	return found
}

// movementOf follows the four cases of section 3.
func (b *book) movementOf(a *account, p period) movement {
	m := stillMovement(a, p)
	switch {
	case a.isActiveOn(p.open) && a.isActiveOn(p.close):
		b.stay(&m)
	case a.isActiveOn(p.open):
		m.class, m.churned = "churn", m.opening
	case b.wasActiveAtMonthClose(a, p.open):
		b.reactivate(&m)
	case a.isOpeningBook:
		m.class, m.openingBook = "opening_book", m.closing
	default:
		m.class, m.fresh = "new", m.closing
	}
	return m
}

// stillMovement is a movement in which nothing has moved yet.
func stillMovement(a *account, p period) movement {
	return movement{
		period: p, account: a, class: "none",
		opening: a.mrrOn(p.open), closing: a.mrrOn(p.close), retained: ratZero,
		openingBook: ratZero, fresh: ratZero, reactivation: ratZero, churned: ratZero, fx: ratZero,
		expansion: ratZero, upsell: ratZero, crossSell: ratZero, priceIncrease: ratZero,
		contraction: ratZero, downsell: ratZero, productDrop: ratZero, priceDecrease: ratZero,
	}
}

// reactivate books a return in the class that policy reactivation folds it into.
// Folded into expansion it is upsell, the rest of expansion: nothing stood at the
// open to which a product or a price could have been added.
func (b *book) reactivate(m *movement) {
	switch b.settings.Reactivation {
	case "new":
		m.class, m.fresh = "new", m.closing
	case "expansion":
		m.class, m.expansion, m.upsell = "expansion", m.closing, m.closing
	default:
		m.class, m.reactivation = "reactivation", m.closing
	}
}

// stay moves an account that is active at both ends, at the opening rate.
func (b *book) stay(m *movement) {
	m.retained = larger(b.worthOn(m.account, m.close, m.open), ratZero)
	m.fx = sub(m.closing, m.retained)
	delta := sub(m.retained, m.opening)
	m.expansion = larger(delta, ratZero)
	m.contraction = larger(neg(delta), ratZero)
	if new(big.Rat).Abs(delta).Cmp(b.settings.MovementTolerance) >= 0 {
		switch delta.Sign() {
		case 1:
			m.class = "expansion"
		case -1:
			m.class = "contraction"
		}
	}

	cross, drop, price := b.split(m.account, m.period)
	m.crossSell = smaller(m.expansion, cross)
	m.priceIncrease = smaller(sub(m.expansion, m.crossSell), larger(price, ratZero))
	m.upsell = sub(sub(m.expansion, m.crossSell), m.priceIncrease)
	m.productDrop = smaller(m.contraction, drop)
	m.priceDecrease = smaller(sub(m.contraction, m.productDrop), larger(neg(price), ratZero))
	m.downsell = sub(sub(m.contraction, m.productDrop), m.priceDecrease)
}

// grossRetained is the retained MRR without its growth.
func (m movement) grossRetained() *big.Rat { return smaller(m.retained, m.opening) }
