package sandbox

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"
)

func TestStripeListsGiveEachRecordOnce(t *testing.T) {
	s := start(t, small())
	truth := s.Truth(s.Day())
	for word, path := range map[string]string{
		"customer": "/v1/customers?limit=7", "subscription": "/v1/subscriptions?status=all&limit=100", "invoice": "/v1/invoices?limit=100",
		"price": "/stripe/v1/prices?limit=100", "product": "/v1/products", "coupon": "/v1/coupons", "event": "/v1/events?limit=100",
	} {
		seen := map[any]bool{}
		last := json.Number("")
		for _, o := range everything(t, s, path) {
			if seen[o["id"]] {
				t.Errorf("%s: %v comes twice", path, o["id"])
			}
			seen[o["id"]] = true
			created := o["created"].(json.Number)
			if last != "" && created > last && len(created) == len(last) {
				t.Errorf("%s: %v after %v: not newest first", path, created, last)
			}
			last = created
		}
		if want := truth.Records["stripe "+word]; len(seen) != want || want == 0 {
			t.Errorf("%s: %d records, want %d", path, len(seen), want)
		}
	}
}

func TestStripeLeavesCancelledSubscriptionsOutUnlessAsked(t *testing.T) {
	s := start(t, small())
	all := everything(t, s, "/v1/subscriptions?status=all&limit=100")
	running := everything(t, s, "/v1/subscriptions?limit=100")
	cancelled := everything(t, s, "/v1/subscriptions?status=canceled&limit=100")
	if len(cancelled) == 0 || len(running)+len(cancelled) != len(all) {
		t.Errorf("%d running and %d cancelled of %d", len(running), len(cancelled), len(all))
	}
}

func TestStripeInvoicesCarryTenLines(t *testing.T) {
	s := start(t, small())
	longer, lines := 0, 0
	for _, inv := range everything(t, s, "/v1/invoices?limit=100") {
		list := inv["lines"].(object)
		embedded := len(list["data"].([]any))
		lines += embedded
		if embedded > 10 {
			t.Errorf("%v carries %d lines", inv["id"], embedded)
		}
		if list["has_more"] != true {
			continue
		}
		longer++
		all := everything(t, s, fmt.Sprintf("/v1/invoices/%s/lines?limit=4", inv["id"]))
		if embedded != 10 || len(all) <= 10 || all[0]["id"] != list["data"].([]any)[0].(object)["id"] {
			t.Errorf("%v: %d lines carried, %d in all", inv["id"], embedded, len(all))
		}
		lines += len(all) - embedded
	}
	if longer == 0 || lines != s.Truth(s.Day()).Records["stripe invoice_line"] {
		t.Errorf("%d invoices of more than ten lines, %d lines in all", longer, lines)
	}
}

// What an object shows may change only when an event says so: else whoever follows the events misses it.
func TestStripeEventsNameEveryChange(t *testing.T) {
	o := small()
	s := start(t, o)
	changes := 0
	for _, list := range s.world.ledger.lists {
		for _, thing := range list {
			before := s.Now().AddDate(0, 0, -41)
			for days := -40; days <= 30; days++ {
				after := s.Now().AddDate(0, 0, days)
				if thing.created.After(before) || came(thing.gone, after) {
					before = after
					continue
				}
				if reflect.DeepEqual(thing.show(before), thing.show(after)) {
					before = after
					continue
				}
				told := false
				for _, m := range thing.moments {
					told = told || m.at.After(before) && !m.at.After(after)
				}
				if !told {
					t.Fatalf("%s %s changed between %s and %s and no event says so:\n%v\n%v", thing.kind, thing.id, before, after,
						thing.show(before), thing.show(after))
				}
				changes++
				before = after
			}
		}
	}
	if changes < 100 {
		t.Errorf("only %d changes: the test shows nothing", changes)
	}
}

func TestStripeEventsAreKeptThirtyDays(t *testing.T) {
	s := start(t, small())
	events := everything(t, s, "/v1/events?limit=100")
	oldest, _ := events[len(events)-1]["created"].(json.Number).Int64()
	if age := s.Now().Sub(time.Unix(oldest, 0)); age > 30*24*time.Hour || age < 25*24*time.Hour {
		t.Errorf("the oldest event is %s old", age)
	}
	bound := s.Now().AddDate(0, 0, -3).Unix()
	late := everything(t, s, fmt.Sprintf("/v1/events?limit=100&created[gte]=%d", bound))
	if len(late) == 0 || len(late) >= len(events) {
		t.Errorf("%d of %d events in three days", len(late), len(events))
	}
	paid := everything(t, s, "/v1/events?limit=100&types[]=invoice.paid&types[]=invoice.created")
	for _, e := range paid {
		if e["type"] != "invoice.paid" && e["type"] != "invoice.created" {
			t.Errorf("asked for two types, got %v", e["type"])
		}
	}
}

func TestStripeTimeMovesOn(t *testing.T) {
	s := start(t, small())
	before := map[any]any{}
	for _, inv := range everything(t, s, "/v1/invoices?limit=100") {
		before[inv["id"]] = inv["status"]
	}
	status, _, _ := asked(t, s, "POST", "/sandbox/day?add=5", "")
	if status != 200 || s.Day().Format(time.DateOnly) != "2025-09-05" {
		t.Fatalf("status %d, day %s", status, s.Day())
	}
	fresh, other := 0, 0
	for _, inv := range everything(t, s, "/v1/invoices?limit=100") {
		switch old, ok := before[inv["id"]]; {
		case !ok:
			fresh++
		case old != inv["status"]:
			other++
		}
	}
	if fresh == 0 || other == 0 {
		t.Errorf("five days brought %d invoices and %d new statuses", fresh, other)
	}
	gone := 0
	for _, e := range everything(t, s, "/v1/events?limit=100&type=customer.deleted") {
		id := e["data"].(object)["object"].(object)["id"].(string)
		if o := get(t, s, "/v1/customers/"+id); o["deleted"] != true {
			t.Errorf("%s was deleted and is shown as %v", id, o)
		}
		gone++
	}
	if gone == 0 {
		t.Error("nobody was deleted")
	}
	if status, _, _ := asked(t, s, "POST", "/sandbox/day?to=2025-09-01", ""); status != 409 {
		t.Errorf("time went back: %d", status)
	}
}

func TestStripeRefuses(t *testing.T) {
	s := start(t, small())
	for _, c := range []struct {
		path   string
		status int
		code   any
		header []string
	}{
		{"/v1/customers?limit=101", 400, "parameter_invalid_integer", nil},
		{"/v1/customers?limit=0", 400, "parameter_invalid_integer", nil},
		{"/v1/customers?starting_after=cus_none", 400, "resource_missing", nil},
		{"/v1/customers?updated[gte]=5", 400, "parameter_unknown", nil},
		{"/v1/customers/cus_none", 404, "resource_missing", nil},
		{"/v1/nothing", 404, nil, nil},
		{"/v1/invoices?expand[]=data.nothing", 400, nil, nil},
		{"/v1/customers", 401, nil, []string{"Authorization", "Bearer sk_test_wrong_key"}},
		{"/v1/customers", 400, nil, []string{"Stripe-Version", "yesterday"}},
	} {
		status, _, o := asked(t, s, "GET", c.path, "", c.header...)
		e, _ := o["error"].(object)
		if status != c.status || e == nil || e["code"] != c.code || e["message"] == "" {
			t.Errorf("%s: %d %v, want %d %v", c.path, status, o, c.status, c.code)
		}
	}
}

func TestStripeShapesFollowTheVersion(t *testing.T) {
	s := start(t, small())
	_, _, old := asked(t, s, "GET", "/v1/invoices?limit=100&expand[]=data.lines.data.discounts", "", "Stripe-Version", "2025-02-24.acacia")
	_, _, young := asked(t, s, "GET", "/v1/invoices?limit=100", "", "Stripe-Version", "2025-06-30.basil")
	discounted := 0
	for i, inv := range old["data"].([]any) {
		lines := inv.(object)["lines"].(object)["data"].([]any)
		others := young["data"].([]any)[i].(object)["lines"].(object)["data"].([]any)
		for n, l := range lines {
			line, other := l.(object), others[n].(object)
			price := line["price"].(object)
			if other["price"] != nil || other["pricing"].(object)["price_details"].(object)["price"] != price["id"] {
				t.Fatalf("line of basil: %v", other)
			}
			for _, d := range line["discounts"].([]any) {
				discounted++
				if d.(object)["coupon"].(object)["duration"] == nil {
					t.Errorf("discount without its coupon: %v", d)
				}
			}
		}
	}
	if discounted == 0 {
		t.Error("no line has a discount")
	}
}

func TestStripeCountsPesosWhole(t *testing.T) {
	s := start(t, small())
	lines := 0
	for _, l := range s.world.links {
		for _, inv := range l.book.Invoices {
			for _, line := range inv.Lines {
				if l.book.Currency != "CLP" {
					continue
				}
				lines++
				if line.Amount%100 != 0 || line.Discount%100 != 0 {
					t.Errorf("%s: %d less %d hundredths of a peso", line.ID, line.Amount, line.Discount)
				}
			}
		}
	}
	for _, inv := range everything(t, s, "/v1/invoices?limit=100") {
		if inv["currency"] != "clp" {
			continue
		}
		var sum int64
		for _, l := range everything(t, s, fmt.Sprintf("/v1/invoices/%s/lines?limit=100", inv["id"])) {
			amount, _ := l["amount"].(json.Number).Int64()
			sum += amount
		}
		if subtotal, _ := inv["subtotal"].(json.Number).Int64(); subtotal != sum {
			t.Errorf("%v: %d pesos in its lines, subtotal %d", inv["id"], sum, subtotal)
		}
	}
	if lines == 0 {
		t.Error("nobody pays in pesos")
	}
}
