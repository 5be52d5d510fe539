package oracle

import (
	"math/big"
	"slices"
)

// keyDay is a key on a day.
type keyDay struct {
	held    bool     // some window of the key holds the day
	base    *big.Rat // level before grace
	level   *big.Rat
	last    *service // latest line whose window holds the day, of any sign
	current *service // latest line of positive MRR
}

// keyHistory is a key on every day from the book's first day to as_of.
type keyHistory struct {
	key
	first Day
	days  []keyDay
}

var emptyDay = keyDay{base: ratZero, level: ratZero}

// on is the key on a day; before the first day there is nothing.
func (k *keyHistory) on(day Day) keyDay {
	if day < k.first {
		return emptyDay
	}
	return k.days[day-k.first]
}

func (k *keyHistory) hasLevel() bool {
	return slices.ContainsFunc(k.days, func(d keyDay) bool { return d.level.Sign() != 0 })
}

// levels finds every key's level on every day, grace included.
func (b *book) levels(services []service) []*keyHistory {
	byKey := map[key][]*service{}
	b.first = b.settings.AsOf + 1
	for i := range services {
		byKey[services[i].key] = append(byKey[services[i].key], &services[i])
		b.first = min(b.first, services[i].start)
	}
	var histories []*keyHistory
	for k, own := range byKey {
		history := &keyHistory{key: k, first: b.first}
		for day := b.first; day <= b.settings.AsOf; day++ {
			history.days = append(history.days, levelOn(own, day))
		}
		histories = append(histories, history)
	}
	slices.SortFunc(histories, func(x, y *keyHistory) int { return x.compare(y.key) })
	b.addGrace(histories)
	return histories
}

// levelOn looks at every line of a key on one day.
func levelOn(services []*service, day Day) keyDay {
	found := emptyDay
	sum, noise := new(big.Rat), new(big.Rat)
	for _, line := range services {
		if !line.holds(day) {
			continue
		}
		found.held = true
		sum.Add(sum, line.mrr)
		noise.Add(noise, line.noise)
		found.last = later(found.last, line)
		if line.mrr.Sign() > 0 {
			found.current = later(found.current, line)
		}
	}
	if new(big.Rat).Abs(sum).Cmp(noise) <= 0 {
		sum = ratZero
	}
	found.base, found.level = sum, sum
	return found
}

// later is the line with the latest service_start, then the largest id.
func later(x, y *service) *service {
	if x == nil || y.start > x.start || y.start == x.start && y.id > x.id {
		return y
	}
	return x
}
