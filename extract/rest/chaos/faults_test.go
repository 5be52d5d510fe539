package chaos

import "math/rand/v2"

// fault is what goes wrong.
type fault string

const (
	tooMany      fault = "429 with Retry-After"
	tooManyMute  fault = "429 without"
	broken       fault = "500"
	cutBody      fault = "body cut"
	cutJSON      fault = "truncated JSON, 200"
	errorBody    fault = "error body, 200"
	repeated     fault = "page repeated"
	endless      fault = "endless pages"
	endlessEmpty fault = "endless empty pages"
	shifting     fault = "list shifts"
	slow         fault = "slow answers"
	expired      fault = "token expired"
	down         fault = "down for good"
	noList       fault = "page without a list"
	changedType  fault = "type changed"
	newField     fault = "new field"
	lostField    fault = "field lost"
)

// onRequests are the faults of single requests, from the first of them on for so many; 0: for good.
var onRequests = map[fault]int{
	tooMany: 2, tooManyMute: 2, broken: 3, cutBody: 2, cutJSON: 1, errorBody: 2, repeated: 1, endless: 0, endlessEmpty: 0,
	shifting: 1, slow: 3, expired: 1, down: 0, noList: 1,
}

var all = []fault{
	tooMany, tooManyMute, broken, cutBody, cutJSON, errorBody, repeated, endless, endlessEmpty, shifting, slow, expired,
	down, noList, changedType, newField, lostField,
}

// plan is what goes wrong in one night, and at which page asked for.
type plan struct {
	faults map[fault]int // the first request, from 0 on
	served map[fault]int // how often it was served
}

// planned gives up to three faults of a night.
func planned(random *rand.Rand) *plan {
	p := &plan{faults: map[fault]int{}, served: map[fault]int{}}
	for range 1 + random.IntN(3) {
		p.faults[all[random.IntN(len(all))]] = random.IntN(5)
	}
	return p
}

// at gives the fault of the nth request for a page. What goes wrong for good does not mend meanwhile.
func (p *plan) at(n int) fault {
	if p == nil {
		return ""
	}
	for _, f := range append([]fault{down, endlessEmpty, endless}, all...) {
		first, ok := p.faults[f]
		length, on := onRequests[f]
		if ok && on && n >= first && (length == 0 || p.served[f] < length) {
			p.served[f]++
			return f
		}
	}
	return ""
}
