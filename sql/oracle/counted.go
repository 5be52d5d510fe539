package oracle

// knownStatus is a line's invoice status as known on as_of: a status that changed
// later, and a payment made later, have left the invoice open.
func (b *book) knownStatus(line Line) string {
	if b.after(line.StatusChangedAt) {
		return "open"
	}
	if line.InvoiceStatus == "paid" && b.after(b.invoices[line.InvoiceID].PaidAt) {
		return "open"
	}
	return line.InvoiceStatus
}

// counts tells whether a line is one of the counted lines.
func (b *book) counts(line Line) bool {
	if line.Kind != "recurring" && !(line.Kind == "usage" && b.settings.Usage == "include") {
		return false
	}
	if b.after(line.IssuedAt) {
		return false
	}
	switch b.knownStatus(line) {
	case "paid":
		return true
	case "open":
		return !b.isDroppedAsPastDue(line)
	case "draft":
		return b.settings.Drafts == "include"
	case "uncollectible":
		_, isDated := line.StatusChangedAt.Day(b.zone)
		return isDated
	default:
		return false
	}
}

// isDroppedAsPastDue tells whether policy past_due drops a line of an open invoice.
func (b *book) isDroppedAsPastDue(line Line) bool {
	due, ok := b.invoices[line.InvoiceID].DueAt.Day(b.zone)
	return b.settings.PastDue == "exclude" && ok && due < b.settings.AsOf
}

// window is the days from start to before end.
type window struct{ start, end Day }

func (w window) holds(day Day) bool { return w.start <= day && day < w.end }

// lineWindow is the window of a counted line.
func (b *book) lineWindow(line Line) window {
	end := b.cut(line.ServiceEnd, line.SubscriptionID)
	if b.knownStatus(line) == "uncollectible" {
		if writeOff, ok := line.StatusChangedAt.Day(b.zone); ok {
			end = min(end, writeOff)
		}
	}
	return window{line.ServiceStart, end}
}

// itemWindow is the window of a subscription item; one that runs on ends after as_of.
func (b *book) itemWindow(item Item) window {
	end := b.settings.AsOf + 1
	if item.EndsOn != nil {
		end = *item.EndsOn
	}
	return window{item.StartsOn, b.cut(end, item.SubscriptionID)}
}

// cut is the earlier of an end and the first day without service of the subscription.
func (b *book) cut(end Day, subscriptionID string) Day {
	if stop, ok := b.stopOf(subscriptionID); ok {
		return min(end, stop)
	}
	return end
}

// stopOf is the day a subscription stops: ended_on, or the date of canceled_at
// under policy churn_on: cancel_date, whichever is earlier.
func (b *book) stopOf(subscriptionID string) (stop Day, ok bool) {
	subscription, known := b.subscriptions[subscriptionID]
	if !known || subscriptionID == "" {
		return 0, false
	}
	if subscription.EndedOn != nil {
		stop, ok = *subscription.EndedOn, true
	}
	if b.settings.ChurnOn == "cancel_date" {
		if canceled, asked := subscription.CanceledAt.Day(b.zone); asked && (!ok || canceled < stop) {
			stop, ok = canceled, true
		}
	}
	return stop, ok
}
