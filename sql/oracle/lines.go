package oracle

import "math/big"

// subscriptionKey is one subscription; an account's records without a
// subscription_id are one of their own.
type subscriptionKey struct{ account, subscription string }

// key is what a level belongs to.
type key struct{ account, subscription, product, currency string }

func (k key) subscriptionKey() subscriptionKey { return subscriptionKey{k.account, k.subscription} }

// service is a counted line or a subscription item, with what section 2 needs of it.
type service struct {
	key
	window
	id       string
	plan     string
	quantity *big.Rat
	mrr      *big.Rat
	noise    *big.Rat // 0.01/months of a proration whose MRR came from its amount, else 0
	ranOut   bool     // an invoice line whose window ends with its own service
}

// services are all counted lines and items whose window is not empty.
func (b *book) services() []service {
	bySubscription := map[subscriptionKey][]Line{}
	for _, line := range b.company.Lines {
		if b.counts(line) {
			owner := subscriptionKey{line.AccountID, line.SubscriptionID}
			bySubscription[owner] = append(bySubscription[owner], line)
		}
	}
	var services []service
	for owner, lines := range bySubscription {
		for _, line := range lines {
			span := b.lineWindow(line)
			if span.end <= span.start {
				continue
			}
			mrr, noise := b.lineMRR(line, fullLineOf(line, lines))
			services = append(services, service{
				key:    key{owner.account, owner.subscription, line.ProductID, line.Currency},
				window: span, id: line.ID, plan: line.PlanID, quantity: line.Quantity,
				mrr: mrr, noise: noise, ranOut: span.end == line.ServiceEnd,
			})
		}
	}
	for _, item := range b.company.Items {
		if span := b.itemWindow(item); span.start < span.end {
			services = append(services, service{
				key:    key{item.AccountID, item.SubscriptionID, item.ProductID, item.Currency},
				window: span, id: item.ID, plan: item.PlanID, quantity: item.Quantity,
				mrr: round4(item.MRR), noise: ratZero,
			})
		}
	}
	return services
}

// lineMRR is the MRR of a counted line and the noise it may leave.
func (b *book) lineMRR(line Line, full *Line) (mrr, noise *big.Rat) {
	months, interval := fullMonths(line), fullMonths(line)
	if line.IsProration {
		months = prorationMonths(line, full)
		interval = b.prorationInterval(line, full, months)
	}
	net := sub(line.Amount, b.countedDiscount(line, interval))
	if !line.IsProration {
		return round4(quo(net, months)), ratZero
	}
	own := intervalMonths(line)
	if line.IntervalAmount == nil || own == nil || line.Amount.Sign() == 0 {
		return round4(quo(net, months)), quo(big.NewRat(1, 100), months)
	}
	price := mul(whole(line.Amount.Sign()), line.IntervalAmount)
	return round4(quo(quo(mul(price, net), line.Amount), own)), ratZero
}

// prorationInterval is the interval, in months, that decides whether a proration's
// `once` discount counts: that of its full line, else its own, else its months.
func (b *book) prorationInterval(line Line, full *Line, months *big.Rat) *big.Rat {
	if full != nil {
		return fullMonths(*full)
	}
	if own := intervalMonths(line); own != nil {
		return own
	}
	return months
}

// countedDiscount is the part of a line's discount that lowers its MRR.
func (b *book) countedDiscount(line Line, interval *big.Rat) *big.Rat {
	if line.DiscountAmount == nil {
		return ratZero
	}
	counts := false
	switch b.settings.Discounts {
	case "all":
		counts = true
	case "forever":
		counts = line.DiscountDuration == "forever"
	case "recurring":
		counts = line.DiscountDuration != "once" || interval.Cmp(whole(12)) >= 0
	}
	if !counts {
		return ratZero
	}
	return line.DiscountAmount
}
