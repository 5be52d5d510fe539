package oracle

import (
	"fmt"
	"math/big"
)

// extras are what is billed beside a plan's own line, now and then.
func (g *generator) extras(p plan, start, end Day) {
	amount := cents(int64(g.between(1000, 40000)))
	if g.chance(0.03) {
		g.bill(asKind(p.line(amount, start, end), "one_time"))
	}
	if g.chance(0.04) {
		g.bill(asKind(p.line(amount, start, end), "usage"))
	}
	if g.chance(0.03) { // a coupon that takes it all, or an amount of nothing
		gift := p.line(pick(g.rng, ratZero, amount), start, end)
		gift.DiscountAmount, gift.DiscountDuration = gift.Amount, "once"
		g.bill(gift)
	}
	if g.chance(0.04) { // a credit as a product of its own, sometimes above the price
		loyalty := p
		loyalty.product, loyalty.name, loyalty.discount = "loyalty", "", 0
		g.bill(loyalty.line(neg(roundCents(mul(p.price, pick(g.rng, big.NewRat(1, 10), big.NewRat(3, 2))))), start, end))
	}
	if g.chance(0.02) { // a part of the same product, under a plan of its own
		part := p
		part.name = "p9"
		g.bill(part.line(amount, start+(end-start)/2, end))
	}
	if g.chance(0.02) { // a proration that is a part of nothing billed
		stray := p.line(amount, start-40, start-30)
		stray.IsProration = true
		g.bill(stray)
	}
	if g.chance(0.02) { // an item beside the lines of its key
		g.company.Items = append(g.company.Items, Item{
			ID: "it_" + g.lineID(), AccountID: p.account, SubscriptionID: p.subscription, ProductID: p.product, PlanID: p.name,
			Quantity: p.quantity, Currency: p.currency, MRR: amount, StartsOn: start + (end-start)/2, EndsOn: new(end + 5),
		})
	}
}

func asKind(line Line, kind string) Line {
	line.Kind = kind
	return line
}

// looseLines are lines of an account that belong to no subscription.
func (g *generator) looseLines(account string) {
	for range g.between(1, 4) {
		p := g.newPlan(account, "", pick(g.rng, "BRL", "USD"), g.dayBetween(g.first, g.last))
		g.bill(p.line(p.price, p.boundary(0), p.boundary(1)))
	}
}

// items is a book of subscription items, one after another with gaps and overlaps;
// the last may run on. Their MRR may have more decimals than money.
func (g *generator) items(account string, i int) {
	subscription := pick(g.rng, "", fmt.Sprintf("isub_%d", i))
	currency := pick(g.rng, "BRL", "USD", "EUR")
	start := g.dayBetween(g.first, g.last)
	for n := range g.between(1, 4) {
		item := Item{
			ID: fmt.Sprintf("it_%d_%d", i, n), AccountID: account, SubscriptionID: subscription,
			ProductID: pick(g.rng, "core", "addon"), PlanID: pick(g.rng, "a", ""), Currency: currency,
			MRR:      pick(g.rng, cents(int64(g.between(2000, 80000))), big.NewRat(333333333333, 10000000000), big.NewRat(3333333333, 10000000000), big.NewRat(-1500, 100)),
			StartsOn: start,
		}
		if g.chance(0.7) {
			item.Quantity = whole(pick(g.rng, 5, 6))
		}
		start += Day(g.between(10, 250))
		if g.chance(0.8) {
			item.EndsOn = new(start + Day(g.between(-5, 20)))
		}
		start += Day(pick(g.rng, 0, 0, 5, 60))
		g.company.Items = append(g.company.Items, item)
	}
	if subscription != "" && g.chance(0.4) {
		g.subscriptionRow(account, subscription, g.first, start)
	}
}
