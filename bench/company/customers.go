package company

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// customer is an account and how it fares: what it uses, says, asks and is sold. A company of scale 1 has some 20
// million days of use, a million answers and two million tickets.
type customer struct {
	*desk
	*account
	chance dice
	mood   int // 0 to 99: how content it is, and so how much it uses the product
	seats  int
}

// desk is the rows that some customers have made.
type desk struct {
	usage, responses, invitations, tickets, milestones, opportunities, contracts []byte
}

// WriteCustomers makes the files of what the customers of a company of this scale do, in dir, which must exist. Their
// accounts are those of Write.
func WriteCustomers(dir string, scale float64) (err error) {
	files := map[string]*bufio.Writer{}
	for name, header := range customerHeaders {
		file, err := os.Create(filepath.Join(dir, name+".csv"))
		if err != nil {
			return fmt.Errorf("make the customers' file: %w", err)
		}
		defer file.Close()
		files[name] = bufio.NewWriterSize(file, 1<<20)
		if _, err := files[name].WriteString(header + "\n"); err != nil {
			return fmt.Errorf("write the customers' file %s: %w", name, err)
		}
	}
	accounts := max(1, int(Accounts*scale+0.5))
	const perChunk = 2000
	err = inOrder((accounts+perChunk-1)/perChunk,
		func(i int) (*desk, error) { return serve(i*perChunk, min((i+1)*perChunk, accounts)), nil },
		func(d *desk) error {
			for name, text := range map[string][]byte{
				"usage": d.usage, "survey_responses": d.responses, "survey_invitations": d.invitations, "tickets": d.tickets,
				"milestones": d.milestones, "opportunities": d.opportunities, "contracts": d.contracts,
			} {
				if _, err := files[name].Write(text); err != nil {
					return fmt.Errorf("write the customers' file %s: %w", name, err)
				}
			}
			return nil
		})
	if err == nil {
		_, err = files["spend"].Write(spend())
	}
	for name, file := range files {
		if flushErr := file.Flush(); flushErr != nil {
			err = errors.Join(err, fmt.Errorf("write the customers' file %s: %w", name, flushErr))
		}
	}
	return err
}

var customerHeaders = map[string]string{
	"usage":              "account_id,day,active_users,licensed_users,key_actions,features_used",
	"survey_responses":   "response_id,account_id,respondent_id,survey,score,scale_min,scale_max,is_reversed,comment,language,responded_at,touchpoint,followed_up_at",
	"survey_invitations": "invitation_id,account_id,survey,touchpoint,sent_at",
	"tickets":            "ticket_id,account_id,opened_at,first_response_at,resolved_at,priority,channel",
	"milestones":         "account_id,milestone,kind,achieved_at",
	"opportunities":      "opportunity_id,account_id,kind,is_closed,is_won,amount,currency,created_at,closed_at,channel",
	"contracts":          "contract_id,account_id,product_id,term_start,term_end,value,currency,renewal_of,signed_at",
	"spend":              "spend_id,spent_on,category,channel,amount,currency",
}

// serve lives what customers from to to-1 do beside paying.
func serve(from, to int) *desk {
	d := &desk{}
	for n := from; n < to; n++ {
		a := newAccount(&ledger{}, n)
		a.live()
		c := &customer{desk: d, account: a, chance: dice(mix(uint64(n) + 0xc057))}
		c.mood = min(99, c.chance.under(60)+c.chance.under(60))
		c.seats = c.chance.between(a.segment.seats[0], a.segment.seats[1])
		for i, s := range a.served {
			to := known + 1
			if s.to != 0 {
				to = min(s.to, to)
			}
			if i == 0 {
				c.reach(s.from, to)
			}
			for ; s.from < to; s.from += 30 { // month by month, so that what is decided holds for one
				c.month(s.from, min(s.from+30, to), to)
			}
		}
		c.deals()
	}
	return d
}

// month is one month of a customer whose service ends on a day.
func (c *customer) month(from, to, end day) {
	if c.chance.odds(1500) {
		c.mood = max(0, min(99, c.mood+c.chance.between(-25, 25)))
	}
	if end <= known && end-from < 90 { // who leaves uses less before
		c.mood = c.mood * 2 / 3
	}
	if from > known-800 {
		c.use(from, to)
	}
	c.answer(from, to)
	for range c.chance.pick(66, 22, 12) + c.chance.pick(75, 20, 5)*(100-c.mood)/60 {
		c.ask(from + day(c.chance.under(int(to-from))))
	}
}

func (c *customer) use(from, to day) {
	for d := from; d < to; d++ {
		weekday := (int(d) + 4) % 7
		if weekday == 0 || weekday == 6 || !c.chance.odds(1500+50*c.mood) {
			continue
		}
		active := max(1, c.seats*(c.mood+c.chance.between(0, 20))/120)
		text := append(c.usage, c.account.id+","...)
		text = append(appendInt(append(appendDay(text, d), ','), int64(min(active, c.seats))), ',')
		text = append(appendInt(text, int64(c.seats)), ',')
		text = append(appendInt(text, int64(active*c.chance.between(2, 20))), ',')
		c.usage = append(appendInt(text, int64(c.chance.between(1, 12))), '\n')
	}
}

func (c *customer) ask(on day) {
	opened := on.at(c.chance.under(86_400))
	text := append(c.tickets, c.newID("tk_", opened)+","+c.account.id+","...)
	text = append(appendMoment(text, opened), ',')
	answered := opened + moment(c.chance.between(60, 2*86_400))
	if answered.day() > known || c.chance.odds(200) {
		text = append(text, ",,"...)
	} else {
		text = append(appendMoment(text, answered), ',')
		if solved := answered + moment(c.chance.between(300, 6*86_400)); solved.day() <= known && !c.chance.odds(300) {
			text = appendMoment(text, solved)
		}
		text = append(text, ',')
	}
	c.tickets = append(text, priorities[c.chance.pick(20, 55, 18, 7)]+","+contacts[c.chance.under(len(contacts))]+"\n"...)
}

var (
	priorities = []string{"low", "normal", "high", "urgent"}
	contacts   = []string{"email", "chat", "phone", "whatsapp"}
	reached    = []string{"first_value", "team_invited", "data_imported", "report_shared", "process_automated", "goal_met"}
)

// reach writes the milestones of a customer's first service.
func (c *customer) reach(from, to day) {
	on := from
	for i, name := range reached {
		on += day(c.chance.between(0, 20+12*i))
		if on >= to || c.chance.odds(1200+10*(100-c.mood)) {
			return
		}
		kind := "functional"
		if i > 3 {
			kind = "customer"
		}
		text := append(c.milestones, c.account.id+","+name+","+kind+","...)
		c.milestones = append(appendMoment(text, on.at(c.chance.under(86_400))), '\n')
	}
}
