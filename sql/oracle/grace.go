package oracle

// addGrace bridges late renewals of every key.
func (b *book) addGrace(histories []*keyHistory) {
	bySubscription := map[subscriptionKey][]*keyHistory{}
	for _, history := range histories {
		owner := history.subscriptionKey()
		bySubscription[owner] = append(bySubscription[owner], history)
	}
	for _, history := range histories {
		for day := b.first; day <= b.settings.AsOf; day++ {
			if history.gapBeginsOn(day) {
				b.bridge(history, bySubscription[history.subscriptionKey()], day)
			}
		}
	}
}

// gapBeginsOn tells whether a day is the first that no window of the key holds,
// after a level whose last line ran to the end of its service.
func (k *keyHistory) gapBeginsOn(day Day) bool {
	before := k.on(day - 1)
	return !k.on(day).held && before.held && before.base.Sign() != 0 && before.last.ranOut
}

// bridge keeps the level and the current line of the day before a gap.
func (b *book) bridge(history *keyHistory, siblings []*keyHistory, gap Day) {
	before := history.on(gap - 1)
	stop, stops := b.stopOf(history.subscription)
	for day := gap; day < gap+Day(b.settings.GraceDays) && day <= b.settings.AsOf; day++ {
		if history.on(day).held || stops && day >= stop || b.isReplacedOn(history, siblings, day) {
			return
		}
		bridged := &history.days[day-b.first]
		bridged.level, bridged.current = before.base, before.current
	}
}

// isReplacedOn tells whether another key of the subscription is positive on a day
// and was on none of the grace_days + 1 days before it.
func (b *book) isReplacedOn(history *keyHistory, siblings []*keyHistory, day Day) bool {
	for _, sibling := range siblings {
		if sibling == history || sibling.on(day).base.Sign() <= 0 {
			continue
		}
		isNew := true
		for back := day - Day(b.settings.GraceDays) - 1; back < day; back++ {
			if sibling.on(back).base.Sign() > 0 {
				isNew = false
			}
		}
		if isNew {
			return true
		}
	}
	return false
}
