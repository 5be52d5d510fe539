package chaos

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"lastro/extract"
)

// book keeps, for each fault, how often it came and what became of the night.
type book struct {
	mu               sync.Mutex
	complete, failed int
	faults           map[fault]*entry
}

type entry struct{ nights, noticed, complete, failed int }

// note writes down a night. A fault was noticed when the night failed by it, when something was asked again because of
// it, or when the report tells of it.
func (b *book) note(p *plan, c *company, report extract.Report, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		b.failed++
	} else {
		b.complete++
	}
	for f, n := range p.served {
		if n <= 0 {
			continue
		}
		if b.faults[f] == nil {
			b.faults[f] = &entry{}
		}
		e := b.faults[f]
		e.nights++
		if err != nil {
			e.failed++
		} else {
			e.complete++
		}
		if f == down && err == nil {
			c.fail("complete, although the API was down: %v", p)
		}
		if err != nil || c.noticed(f, report) {
			e.noticed++
		}
	}
}

func (c *company) noticed(f fault, report extract.Report) bool {
	var retries int64
	renewed := 0
	for _, client := range c.clients {
		retries += client.Usage().Retries
		renewed += client.Token().Renewed
	}
	var drift extract.Drift
	var quarantined int64
	for _, stream := range report.Streams {
		drift, quarantined = stream.Drift, stream.Counts.Quarantined
	}
	switch f {
	case tooMany, tooManyMute, broken, cutBody, errorBody:
		return retries > 0
	case cutJSON, noList:
		return c.api.again > 0
	case expired:
		return renewed > 1
	case shifting:
		return c.api.passes > 1
	case changedType:
		return quarantined > 0 || drift.Conflicts["amount"] > 0
	case newField:
		return len(drift.New) > 0
	case lostField:
		return len(drift.Gone) > 0
	}
	return false
}

// always are the faults that no night may overlook.
var always = []fault{tooMany, tooManyMute, broken, cutBody, cutJSON, errorBody, expired, down, noList}

func (b *book) check(t *testing.T) {
	t.Helper()
	for _, f := range all {
		if b.faults[f] == nil {
			t.Errorf("%s never came", f)
		}
	}
	for _, f := range always {
		if e := b.faults[f]; e != nil && e.noticed < e.nights {
			t.Errorf("%s was noticed in %d of %d nights", f, e.noticed, e.nights)
		}
	}
}

func (b *book) String() string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "fault\tnights\tnoticed\tcomplete\tfailed")
	for _, f := range all {
		if e := b.faults[f]; e != nil {
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\n", f, e.nights, e.noticed, e.complete, e.failed)
		}
	}
	_ = w.Flush()
	return text.String()
}
