package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lastro/pipelines/demo"
)

// Rule is what ties a Stripe customer to a HubSpot company.
type Rule string

// The rules, in the order in which they are tried; Unmatched is none.
const (
	ByExternalID  Rule = "external_id"
	ByTaxID       Rule = "tax_id"
	ByDomain      Rule = "domain"
	ByEmailDomain Rule = "email_domain"
	Unmatched     Rule = ""
)

// link is one customer in all systems, and what each of them knows of the others.
type link struct {
	book     *demo.Book
	customer string  // Stripe's id
	company  *record // HubSpot's
	twin     *record // a second company in HubSpot of the same CNPJ or domain, nil mostly
	rule     Rule
	why      string // of Unmatched

	metadata map[string]string
	email    string
	later    string    // the e-mail from moved on, "" when it stays
	moved    time.Time // when the e-mail changes
}

// publicMail are domains that belong to no company.
var publicMail = []string{"gmail.com", "uol.com.br", "hotmail.com", "outlook.com"}

// newLinks decides, for every customer, how it could be recognised from one system to the next.
func newLinks(seed uint64, books []demo.Book) []*link {
	common := map[string]int{} // tax ids that two companies have, by accident
	for _, b := range books {
		common[digits(b.TaxID)]++
	}
	twins, nothing := 3, 3
	links := make([]*link, 0, len(books))
	for i := range books {
		b := &books[i]
		l := &link{book: b, customer: token(seed, "cus_", 14, b.Number), metadata: map[string]string{}}
		l.email = "financeiro@" + b.Domain
		if b.Number%9 == 0 {
			l.later, l.moved = "contas@"+b.Domain, b.First.AddDate(0, 0, 200).Add(14*time.Hour)
		}
		taxed := b.Country == "BR" && b.TaxID != "" && common[digits(b.TaxID)] == 1
		draw := chance(seed, "link", b.Number) % 100
		switch {
		case b.Deleted:
			l.why = "its company was deleted in the CRM"
			if taxed {
				l.metadata["tax_id"] = b.TaxID
			}
		case twins > 0 && draw < 6 && taxed && !b.Inherited:
			l.twinned(twins)
			twins--
		case nothing > 0 && draw >= 94 && !b.Inherited:
			l.email, l.later = fmt.Sprintf("%s@%s", slug(b.Name), publicMail[nothing%len(publicMail)]), ""
			l.why = "nothing but an e-mail of a public domain"
			nothing--
		case draw < 30:
			l.rule = ByExternalID // crm_id is set once the company has its number
			l.loosen(draw)
		case draw < 72 && taxed:
			l.byTaxID(draw)
		case draw < 84:
			l.rule = ByDomain
			l.metadata["domain"] = b.Domain
			l.loosen(draw)
		default:
			l.rule = ByEmailDomain
		}
		links = append(links, l)
	}
	return links
}

// twinned are customers whose CRM has two companies that fit.
func (l *link) twinned(n int) {
	l.why = "two companies in the CRM have its CNPJ"
	l.metadata["tax_id"] = l.book.TaxID
	if n == 1 {
		l.why = "two companies in the CRM have its domain"
		delete(l.metadata, "tax_id")
	}
}

func (l *link) byTaxID(draw uint64) {
	l.rule = ByTaxID
	l.metadata["tax_id"] = l.book.TaxID
	switch {
	case draw >= 70: // mistyped: the check digits give it away, and the e-mail's domain is left
		l.rule = ByEmailDomain
		l.metadata["tax_id"] = mistyped(l.book.TaxID)
	case draw%2 == 0: // typed without the punctuation
		l.metadata["tax_id"] = digits(l.book.TaxID)
	default:
		l.loosen(draw)
	}
}

// loosen gives some of those that something better ties an e-mail that says nothing.
func (l *link) loosen(draw uint64) {
	if draw%5 == 0 {
		l.email, l.later = fmt.Sprintf("%s@%s", slug(l.book.Name), publicMail[draw%4]), ""
	}
}

// mistyped swaps two unequal neighbours.
func mistyped(taxID string) string {
	text := []byte(taxID)
	for i := len(text) - 1; i > 0; i-- {
		if text[i] != text[i-1] && isDigit(text[i]) && isDigit(text[i-1]) {
			text[i], text[i-1] = text[i-1], text[i]
			return string(text)
		}
	}
	return taxID
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}

// slug is a name as one writes it before an @.
func slug(name string) string {
	var out strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// matches tells which company a customer is on a moment, and why none.
func (l *link) matches(now time.Time) (rule Rule, why string) {
	if l.rule != Unmatched || l.twin == nil || came(l.twin.created, now) {
		return l.rule, l.why
	}
	if _, ok := l.metadata["tax_id"]; ok { // the second company was not there yet
		return ByTaxID, ""
	}
	return ByEmailDomain, ""
}

// account is the one id that the customer has in all tables: the CRM's, or Stripe's own where nothing ties
// the two.
func (l *link) account(billing string, now time.Time) string {
	if rule, _ := l.matches(now); rule == Unmatched {
		return billing + ":" + l.customer
	}
	return l.company.id
}

// newest sorts by the moment of making, newest first, as Stripe lists.
func newest(a, b *thing) int {
	if c := b.created.Compare(a.created); c != 0 {
		return c
	}
	return strings.Compare(b.id, a.id)
}

func sorted(things []*thing) []*thing {
	slices.SortFunc(things, newest)
	return things
}
