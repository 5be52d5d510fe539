package sandbox

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lastro/pipelines/demo"
)

// record is one object of HubSpot's CRM.
type record struct {
	kind, name, id string // name is the simulator's
	number         int64
	created        time.Time
	archived       time.Time   // zero for never
	changes        []time.Time // moments after which it is not as before
	properties     func(now time.Time) map[string]any
	to             map[string][]*record // what it is associated with, by kind
}

// crm is all that HubSpot holds.
type crm struct {
	lists map[string][]*record // by kind, in order of id
	byID  map[string]map[string]*record
	lag   time.Duration
}

func newCRM(o Options, links []*link, lost []demo.Deal) *crm {
	c := &crm{lists: map[string][]*record{}, byID: map[string]map[string]*record{}, lag: max(0, o.IndexLag)}
	people := map[string]*record{}
	for _, l := range links {
		c.addCompany(l)
		contacts := c.addContacts(l, o.Seed)
		for _, contact := range contacts {
			people[contact.name] = contact
		}
		for _, d := range l.book.Deals {
			c.addDeal(d, l)
		}
		if l.book.Deleted {
			continue
		}
		for _, t := range l.book.Tickets {
			c.addTicket(t, l)
		}
		for _, a := range l.book.Answers {
			if a.Survey == "csat" {
				c.addFeedback(a, l, people)
			}
		}
	}
	for _, d := range lost {
		c.addDeal(d, nil)
	}
	c.archiveOne("deals", noon(o.End))
	c.archiveOne("tickets", noon(o.End))
	for kind, list := range c.lists {
		numbered(list)
		c.byID[kind] = map[string]*record{}
		for _, r := range list {
			c.byID[kind][r.id] = r
		}
	}
	for _, list := range c.lists {
		for _, r := range list {
			for _, others := range r.to {
				slices.SortFunc(others, func(a, b *record) int { return cmp.Compare(a.number, b.number) })
			}
		}
	}
	return c
}

// archiveOne throws one record away at a moment, one that nothing depends on: of no company, or of low priority
// and long closed.
func (c *crm) archiveOne(kind string, at time.Time) {
	for _, r := range c.lists[kind] {
		if r.created.Before(at.AddDate(0, 0, -40)) && (kind != "deals" || len(r.to) == 0) && r.changed(at).Before(at.AddDate(0, 0, -20)) {
			r.archived = at
			return
		}
	}
}

func (c *crm) add(r *record) *record {
	c.lists[r.kind] = append(c.lists[r.kind], r)
	return r
}

func link2(a, b *record) {
	for _, pair := range [][2]*record{{a, b}, {b, a}} {
		if pair[0].to == nil {
			pair[0].to = map[string][]*record{}
		}
		pair[0].to[pair[1].kind] = append(pair[0].to[pair[1].kind], pair[1])
	}
}

// changed is the last moment up to now in which the record became another.
func (r *record) changed(now time.Time) time.Time {
	last := r.created
	for _, at := range r.changes {
		if came(at, now) && at.After(last) {
			last = at
		}
	}
	return last
}

func (c *crm) addCompany(l *link) {
	b := l.book
	r := &record{kind: "companies", name: b.Account, created: b.Created}
	for _, v := range b.Versions[1:] {
		r.changes = append(r.changes, v.From)
	}
	r.changes = append(r.changes, b.First)
	r.properties = func(now time.Time) map[string]any {
		v := b.Versions[0]
		for _, next := range b.Versions[1:] {
			if came(next.From, now) {
				v = next
			}
		}
		stage := "opportunity"
		if came(b.First, now) {
			stage = "customer"
		}
		return map[string]any{
			"name": b.Name, "domain": written(b.Domain, b.Number), "website": "https://www." + b.Domain, "cnpj": cnpj(b),
			"tax_id": text(b.TaxID), "segment": text(v.Segment), "industry": text(v.Industry), "country": b.Country,
			"acquisition_channel": text(v.Channel), "hubspot_owner_id": text(ownerID(b.Owner)), "lifecyclestage": stage, "phone": nil,
		}
	}
	if b.Deleted {
		r.archived = b.First.AddDate(0, 2, 3).Add(15 * time.Hour)
	}
	l.company = c.add(r)
	if !strings.HasPrefix(l.why, "two ") {
		return
	}
	l.twin = c.add(&record{kind: "companies", name: b.Account + " twin", created: b.Created.AddDate(0, 0, 90)})
	_, taxed := l.metadata["tax_id"]
	l.twin.properties = func(now time.Time) map[string]any {
		p := r.properties(now)
		p["name"] = strings.ToUpper(b.Name)
		if !taxed {
			p["cnpj"], p["tax_id"] = nil, nil
		}
		return p
	}
}

func cnpj(b *demo.Book) any {
	if b.Country != "BR" {
		return nil
	}
	return text(b.TaxID)
}

// written is a domain as people enter it.
func written(domain string, n int) string {
	switch n % 23 {
	case 7:
		return "https://www." + domain + "/"
	case 15:
		return "WWW." + strings.ToUpper(domain)
	}
	return domain
}

func ownerID(name string) string {
	for i, owner := range demo.Owners() {
		if owner == name {
			return strconv.Itoa(48_210_001 + 37*i)
		}
	}
	return ""
}

var (
	firstNames = []string{"Aline", "Caio", "Daniela", "Eduardo", "Fernanda", "Gustavo", "Helena", "Igor", "Larissa", "Marcos", "Renata", "Vinícius"}
	lastNames  = []string{"Almeida", "Barros", "Cardoso", "Duarte", "Esteves", "Farias", "Lima", "Moraes", "Nogueira", "Pacheco", "Rocha", "Teixeira"}
	jobs       = []string{"Diretora financeira", "Controller", "Analista fiscal"}
)

// addContacts adds the three people of a company whom surveys ask.
func (c *crm) addContacts(l *link, seed uint64) []*record {
	b := l.book
	var all []*record
	for n := range 3 {
		draw := chance(seed, "contact", b.Number, n)
		first, last := firstNames[draw%12], lastNames[draw/12%12]
		email := strings.ToLower(plain(first)+"."+plain(last)) + "@" + b.Domain
		if n == 2 {
			email = fmt.Sprintf("%s.%s%d@gmail.com", strings.ToLower(plain(first)), strings.ToLower(last), b.Number)
		}
		r := &record{
			kind: "contacts", name: fmt.Sprintf("cn_%s_%d", strings.TrimPrefix(b.Account, "ac_"), n+1),
			created: b.Created.Add(time.Duration(n+1) * time.Hour), changes: []time.Time{b.First},
		}
		r.properties = func(now time.Time) map[string]any {
			stage := "opportunity"
			if came(b.First, now) {
				stage = "customer"
			}
			return map[string]any{
				"email": email, "firstname": first, "lastname": last, "jobtitle": jobs[n], "lifecyclestage": stage, "phone": nil,
				"associatedcompanyid": primary(r, now),
			}
		}
		link2(c.add(r), l.company)
		all = append(all, r)
	}
	return all
}

// primary is the company that a record belongs to, nil when that was archived.
func primary(r *record, now time.Time) any {
	for _, company := range r.to["companies"] {
		if !came(company.archived, now) {
			return company.id
		}
	}
	return nil
}

func plain(name string) string { return strings.NewReplacer("í", "i").Replace(name) }

// money is an amount of hundredths as HubSpot shows it.
func money(hundredths int64) string {
	return fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
}
