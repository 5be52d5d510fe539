package demo

import "fmt"

// response and invitation are rows of survey_responses and survey_invitations.
type response struct {
	id         string
	account    *account // nil when the answer cannot be traced
	respondent string
	survey     string // nps, csat, ces
	score      int
	min, max   int
	reversed   bool
	comment    string
	language   string
	at         instant
	touchpoint string
	followed   instant
}

type invitation struct {
	id         string
	account    *account
	survey     string
	touchpoint string
	at         instant
}

var (
	responseColumns = []string{"response_id", "account_id", "respondent_id", "survey", "score", "scale_min", "scale_max",
		"is_reversed", "comment", "language", "responded_at", "touchpoint", "followed_up_at"}
	invitationColumns = []string{"invitation_id", "account_id", "survey", "touchpoint", "sent_at"}
)

func (r response) cells(end day) []string {
	account := ""
	if r.account != nil {
		account = r.account.id
	}
	return []string{r.id, account, r.respondent, r.survey, fmt.Sprint(r.score), fmt.Sprint(r.min), fmt.Sprint(r.max),
		fmt.Sprint(r.reversed), r.comment, r.language, r.at.String(), r.touchpoint, r.followed.by(end).String()}
}

func (i invitation) cells() []string {
	return []string{i.id, i.account.id, i.survey, i.touchpoint, i.at.String()}
}

// polling asks the people of one account.
type polling struct {
	account     *account
	chance      *dice
	end         day
	oldForm     day // up to here the effort was asked the other way round, on 1 to 5
	responses   []response
	invitations []invitation
}

// poll runs the surveys of an account: NPS every quarter, CSAT or CES after tickets, CES after the
// onboarding.
func (c *Company) poll(a *account, tickets []ticket) *polling {
	p := &polling{account: a, chance: newDice(c.seed, "surveys", a.n), end: c.end, oldForm: c.start + 365}
	for m := c.start.month(); m <= c.end.month(); m++ {
		p.quarterly(m)
	}
	if on := a.first + 35; on >= c.start && a.customer(on) != nil {
		p.ces(on, "onboarding")
	}
	for _, t := range tickets {
		if t.resolved == 0 {
			continue
		}
		on := t.resolved.day() + 1
		switch {
		case p.chance.odds(5500):
			p.csat(on, t)
		case p.chance.odds(2500):
			p.ces(on, "support")
		}
	}
	// What comes after the last day is drawn last, so that what came before stays as it is.
	for m := c.end.month() + 1; m <= c.horizon.month(); m++ {
		p.quarterly(m)
	}
	return p
}

// quarterly asks for the NPS in a month, when it is one of the account's.
func (p *polling) quarterly(month int) {
	a := p.account
	on := monthStart(month) + day(p.chance.between(4, 20))
	if (month+a.n)%3 == 0 && a.customer(on) != nil && on-a.first > 45 {
		p.nps(on)
	}
}

// invite sends an invitation and tells whether it is answered.
func (p *polling) invite(on day, survey, touchpoint string, answered int) bool {
	inv := invitation{fmt.Sprintf("iv_%04d_%03d", p.account.n, len(p.invitations)+1), p.account, survey, touchpoint, on.at(p.chance, 9, 11)}
	p.invitations = append(p.invitations, inv)
	return p.chance.odds(answered)
}

// nps asks one to three people. Those whose company is about to leave have often stopped answering.
func (p *polling) nps(on day) {
	a := p.account
	people := map[*segment]int{segments[0]: 1, segments[1]: 2, segments[2]: 3}[a.segment]
	mood := a.mood.on(on)
	for person := range people {
		if !p.invite(on, "nps", "relationship", 2200+mood*35) {
			continue
		}
		score := clip((mood*7+p.chance.bell(150)+340)/90, 0, 10)
		r := p.answer(on, "nps", "relationship", person, score, 0, 10, score*10)
		if score <= 6 && p.chance.odds(6000) {
			r.followed = r.at + instant(p.chance.between(4, 24*9)*3600)
		}
		p.responses = append(p.responses, r)
	}
}

func (p *polling) csat(on day, t ticket) {
	if !p.invite(on, "csat", "support", 3600) {
		return
	}
	hours := int(t.resolved-t.opened) / 3600
	score := clip((p.account.mood.on(on)*6+240-hours+p.chance.bell(90))/125, 1, 5)
	p.responses = append(p.responses, p.answer(on, "csat", "support", p.chance.between(0, 2), score, 1, 5, (score-1)*25))
}

func (p *polling) ces(on day, touchpoint string) {
	if !p.invite(on, "ces", touchpoint, 3200) {
		return
	}
	ease := clip(p.account.mood.on(on)+12+p.chance.bell(18), 0, 100)
	score, low, high := 1+(ease*6+50)/100, 1, 7
	if on < p.oldForm {
		score, high = 5-(ease*4+50)/100, 5
	}
	r := p.answer(on, "ces", touchpoint, p.chance.between(0, 2), score, low, high, ease)
	r.reversed = on < p.oldForm
	p.responses = append(p.responses, r)
}

// answer is a response of one person, some hours or days after the invitation; ease is how content
// it is, 0 to 100.
func (p *polling) answer(on day, survey, touchpoint string, person, score, low, high, ease int) response {
	a := p.account
	r := response{
		id: fmt.Sprintf("rs_%04d_%03d", a.n, len(p.responses)+1), account: a, survey: survey, score: score, min: low, max: high,
		touchpoint: touchpoint, at: (on + day(p.chance.weighted(55, 20, 10, 8, 7))).at(p.chance, 11, 23),
		respondent: fmt.Sprintf("cn_%04d_%d", a.n, person+1), language: "pt",
	}
	if a.country == "US" || a.country == "MX" {
		r.language = "en"
	}
	if p.chance.odds(700) {
		r.respondent = ""
	}
	if p.chance.odds(80) { // an answer through a forwarded link
		r.account, r.respondent = nil, ""
	}
	if p.chance.odds(3800) {
		r.comment = comment(p.chance, r.language, ease)
	}
	return r
}
