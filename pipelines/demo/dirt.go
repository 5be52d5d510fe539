package demo

import (
	"fmt"
	"slices"
	"strings"
)

// Fault is what is wrong with a record.
type Fault string

// The faults that the demo's files have.
const (
	ExactCopy     Fault = "exact copy"
	Contradiction Fault = "contradiction"   // a key twice, with different content
	UnknownValue  Fault = "unknown value"   // not one of the values the column may have
	MissingValue  Fault = "missing value"   // a required cell is empty
	WrongType     Fault = "wrong type"      // no such date, no number
	BadCurrency   Fault = "bad currency"    // not a code of three capital letters
	EmptyPeriod   Fault = "empty period"    // service_end is not after service_start
	OutOfScale    Fault = "out of scale"    // a score that the scale does not have
	TooManyFields Fault = "too many fields" // more fields than the header has
)

// Dirt is one record that is wrong. Exact copies are to be dropped and counted (the first of the two
// is good and not listed here); all others are to be quarantined.
type Dirt struct {
	Entity string
	File   string // its name in the folder that WriteCSV writes
	Line   int    // the physical line on which the record starts; the header is line 1
	Key    string // the record's first key column
	Column string // the column at fault; "" when it is the record as a whole
	Fault  Fault
}

// soil puts the bad records into the tables and says where they are. They are additions, typed by
// hand or sent twice: no good record is touched, so they change no figure.
func (c *Company) soil() []Dirt {
	c.soilLines(c.table("invoice_lines"))
	c.copyOf("subscriptions", 40)
	c.copyOf("fx_rates", 25)
	c.bad("spend", 35, "amount", "14.2O0,00", WrongType)
	c.bad("tickets", 45, "priority", "urgente", UnknownValue)
	responses := c.table("survey_responses")
	if at := slices.IndexFunc(responses.rows, func(r *row) bool { return r.cells[3] == "nps" }); at >= 0 {
		c.spoil(responses, at, "score", "11", OutOfScale)
	}
	var all []Dirt
	for _, t := range c.tables {
		at := 2 // after the header
		for _, r := range t.rows {
			if r.dirt != nil {
				r.dirt.Entity, r.dirt.File, r.dirt.Line = t.entity, t.file(), at
				all = append(all, *r.dirt)
			}
			at += r.height()
		}
	}
	return all
}

// soilLines adds the bad invoice lines: three sent twice, two of one id that contradict each other,
// and one for each other way to get a line wrong.
func (c *Company) soilLines(t *table) {
	if len(t.rows) == 0 {
		return
	}
	for _, percent := range []int{20, 50, 80} {
		c.copyOf(t.entity, percent)
	}
	manual := func(percent int, alter func(*row), column string, fault Fault) {
		at := len(t.rows) * percent / 100
		r := c.manualLine(t, t.rows[at], percent)
		alter(r)
		r.dirt = &Dirt{Key: r.cells[0], Column: column, Fault: fault}
		t.rows = slices.Insert(t.rows, at, r)
	}
	set := func(column, value string) func(*row) {
		return func(r *row) { r.cells[t.column(column)] = value }
	}
	manual(30, set("kind", "recorrente"), "kind", UnknownValue)
	manual(38, set("amount", ""), "amount", MissingValue)
	manual(46, set("service_start", fmt.Sprintf("%d-02-30", c.end.time().Year()-1)), "service_start", WrongType)
	manual(54, set("currency", "R$"), "currency", BadCurrency)
	manual(62, func(r *row) {
		from, to := t.column("service_start"), t.column("service_end")
		r.cells[from], r.cells[to] = r.cells[to], r.cells[from]
	}, "service_end", EmptyPeriod)
	manual(70, func(r *row) { // a decimal comma, unquoted
		set("amount", "1900,00")(r)
		r.raw = strings.Join(r.cells, ",") + "\n"
	}, "", TooManyFields)
	manual(76, func(*row) {}, "", Contradiction)
	manual(77, func(r *row) {
		set("line_id", "lm_76")(r)
		set("amount", "2150.00")(r)
	}, "", Contradiction)
}

// manualLine is a line typed by hand for the account of a good one: a training, on no invoice.
func (c *Company) manualLine(t *table, like *row, n int) *row {
	on := instant(like.at).day()
	cells := make([]string, len(t.columns))
	for column, value := range map[string]string{
		"line_id": fmt.Sprintf("lm_%02d", n), "account_id": like.cells[t.column("account_id")],
		"product_id": training.id, "kind": "one_time", "currency": "BRL", "amount": training.price["BRL"].String(),
		"quantity": "1", "service_start": on.String(), "service_end": (on + 2).String(), "is_proration": "false",
		"invoice_status": "paid", "issued_at": instant(like.at).String(),
	} {
		cells[t.column(column)] = value
	}
	return &row{at: like.at, cells: cells}
}

// copyOf puts the record at a percentage of the file into it once more, some records later.
func (c *Company) copyOf(entity string, percent int) {
	t := c.table(entity)
	if len(t.rows) == 0 {
		return
	}
	at := len(t.rows) * percent / 100
	again := &row{at: t.rows[at].at, cells: t.rows[at].cells}
	again.dirt = &Dirt{Key: again.cells[0], Fault: ExactCopy}
	t.rows = slices.Insert(t.rows, min(at+7, len(t.rows)), again)
}

// bad adds a record that is like the one at a percentage of the file but for one wrong cell.
func (c *Company) bad(entity string, percent int, column, value string, fault Fault) {
	t := c.table(entity)
	if len(t.rows) > 0 {
		c.spoil(t, len(t.rows)*percent/100, column, value, fault)
	}
}

func (c *Company) spoil(t *table, at int, column, value string, fault Fault) {
	r := &row{at: t.rows[at].at, cells: slices.Clone(t.rows[at].cells)}
	r.cells[0] += "_x" // a key of its own
	r.cells[t.column(column)] = value
	r.dirt = &Dirt{Key: r.cells[0], Column: column, Fault: fault}
	t.rows = slices.Insert(t.rows, at+1, r)
}

func (c *Company) table(entity string) *table {
	at := slices.IndexFunc(c.tables, func(t *table) bool { return t.entity == entity })
	return c.tables[at]
}
