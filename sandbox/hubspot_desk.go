package sandbox

import (
	"fmt"
	"strings"
	"time"

	"lastro/pipelines/demo"
)

func (c *crm) addDeal(d demo.Deal, l *link) {
	r := &record{kind: "deals", name: d.ID, created: d.Created, changes: []time.Time{d.Closed}}
	name, owner := "Novo cliente", ""
	if l != nil {
		name, owner = l.book.Name, ownerID(l.book.Owner)
	}
	kind := "existingbusiness"
	if d.Kind == "new" {
		kind = "newbusiness"
	}
	r.properties = func(now time.Time) map[string]any {
		stage, closes := "qualifiedtobuy", d.Created.AddDate(0, 0, 60) // what is expected while it is open
		closed, won := came(d.Closed, now), false
		if closed {
			stage, closes, won = "closedlost", d.Closed, d.Won
			if won {
				stage = "closedwon"
			}
		}
		return map[string]any{
			"dealname": name + ": " + d.Kind, "amount": money(d.Amount), "deal_currency_code": d.Currency, "dealtype": kind,
			"deal_kind": d.Kind, "dealstage": stage, "pipeline": "default", "hs_is_closed": fmt.Sprint(closed),
			"hs_is_closed_won": fmt.Sprint(won), "closedate": iso(closes), "acquisition_channel": text(d.Channel),
			"hubspot_owner_id": text(owner), "hs_primary_associated_company": primary(r, now), "hs_analytics_source": "OFFLINE",
		}
	}
	c.add(r)
	if l != nil {
		link2(r, l.company)
	}
}

var (
	priorities  = map[string]string{"low": "LOW", "normal": "MEDIUM", "high": "HIGH", "urgent": "URGENT"}
	sourceKinds = map[string]string{"email": "EMAIL", "chat": "CHAT", "phone": "PHONE", "portal": "FORM"}
)

func (c *crm) addTicket(t demo.Ticket, l *link) {
	r := &record{kind: "tickets", name: t.ID, created: t.Opened, changes: []time.Time{t.Answered, t.Resolved}}
	r.properties = func(now time.Time) map[string]any {
		stage := "1"
		switch {
		case came(t.Resolved, now):
			stage = "4"
		case came(t.Answered, now):
			stage = "2"
		}
		return map[string]any{
			"subject": "Chamado " + strings.TrimPrefix(t.ID, "tk_"), "content": nil, "hs_pipeline": "0", "hs_pipeline_stage": stage,
			"hs_ticket_priority": priorities[t.Priority], "source_type": sourceKinds[t.Channel], "closed_date": iso(by(t.Resolved, now)),
			"first_agent_reply_date": iso(by(t.Answered, now)), "hubspot_owner_id": text(ownerID(l.book.Owner)),
		}
	}
	link2(c.add(r), l.company)
}

// addFeedback adds an answer to a survey of HubSpot's own.
func (c *crm) addFeedback(a demo.Answer, l *link, people map[string]*record) {
	r := &record{kind: "feedback_submissions", name: a.ID, created: a.At}
	contact := people[a.Respondent]
	r.properties = func(time.Time) map[string]any {
		id := any(nil)
		if contact != nil {
			id = contact.id
		}
		return map[string]any{
			"hs_survey_type": "CSAT", "hs_survey_id": "8801", "hs_survey_name": a.Touchpoint, "hs_survey_channel": "EMAIL", "hs_value": fmt.Sprint(a.Score),
			"hs_content": text(a.Comment), "hs_language": a.Language, "hs_submission_timestamp": iso(a.At), "hs_contact_id": id,
			"hs_createdate": iso(a.At),
		}
	}
	c.add(r)
	if a.Traced {
		link2(r, l.company)
	}
	if contact != nil {
		link2(r, contact)
	}
}
