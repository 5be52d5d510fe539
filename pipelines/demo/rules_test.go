package demo

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// rules are the entities as the definitions of the metrics name them: key, then the columns, with *
// for the required ones and a type or the values allowed after a colon (text without).
var rules = map[string][2]string{
	"accounts":        {"account_id", "account_id* name domain tax_id segment industry country acquisition_channel owner created_at:time"},
	"account_history": {"account_id valid_from", "account_id* valid_from*:date segment industry country acquisition_channel"},
	"subscriptions": {"subscription_id", "subscription_id* account_id* started_on:date ended_on:date canceled_at:time cancel_reason " +
		"trial_start:date trial_end:date"},
	"invoice_lines": {"line_id", "line_id* invoice_id account_id* subscription_id product_id* plan_id kind*:recurring|usage|one_time " +
		"currency*:currency amount*:money discount_amount:money discount_duration:once|repeating|forever quantity:money interval_amount:money " +
		"service_start*:date service_end*:date interval_unit:day|week|month|year interval_count:int is_proration:true|false " +
		"invoice_status*:draft|open|paid|uncollectible|void status_changed_at:time issued_at*:time"},
	"invoices": {"invoice_id", "invoice_id* account_id* issued_at:time due_at:date paid_at:date " +
		"status:draft|open|paid|uncollectible|void total:money currency:currency"},
	"contracts": {"contract_id", "contract_id* account_id* product_id term_start*:date term_end*:date value*:money currency*:currency " +
		"renewal_of signed_at:time"},
	"opportunities": {"opportunity_id", "opportunity_id* account_id kind:new|upsell|cross_sell|renewal is_closed:true|false " +
		"is_won:true|false amount:money currency:currency created_at:time closed_at:time channel"},
	"spend": {"spend_id", "spend_id* spent_on*:date category:marketing|sales|customer_success channel amount*:money currency*:currency"},
	"survey_responses": {"response_id", "response_id* account_id respondent_id survey*:nps|csat|ces score*:int scale_min*:int scale_max*:int " +
		"is_reversed:true|false comment language responded_at*:time touchpoint followed_up_at:time"},
	"survey_invitations": {"invitation_id", "invitation_id* account_id survey*:nps|csat|ces touchpoint sent_at*:time"},
	"tickets": {"ticket_id", "ticket_id* account_id* opened_at*:time first_response_at:time resolved_at:time " +
		"priority:low|normal|high|urgent channel"},
	"usage":      {"account_id day", "account_id* day*:date active_users:int licensed_users:int key_actions:int features_used:int"},
	"milestones": {"account_id milestone", "account_id* milestone* kind:functional|customer achieved_at*:time"},
	"fx_rates":   {"day currency", "day*:date currency*:currency rate*:money"},
	"benchmarks": {"metric segment year", "metric* segment low:money median:money high:money source* year:int"},
	"targets":    {"metric period_start grain", "metric* period_start*:date grain*:month|quarter|year value*:money comment"},
}

var forms = map[string]func(string) bool{
	"date":     func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil },
	"time":     func(s string) bool { _, err := time.Parse("2006-01-02T15:04:05Z", s); return err == nil },
	"int":      func(s string) bool { _, err := strconv.Atoi(s); return err == nil },
	"money":    regexp.MustCompile(`^-?[0-9]+(\.[0-9]{1,4})?$`).MatchString,
	"currency": regexp.MustCompile(`^[A-Z]{3}$`).MatchString,
	"":         func(s string) bool { return strings.TrimSpace(s) == s },
}

// record is one record of a file as a CSV reader gives it.
type record struct {
	line   int
	fields []string
	cells  map[string]string
}

func parse(t *testing.T, content []byte) (header []string, records []record) {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(content))
	r.FieldsPerRecord = -1
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return header, records
		}
		if err != nil {
			t.Fatal(err)
		}
		if header == nil {
			header = fields
			continue
		}
		line, _ := r.FieldPos(0)
		rec := record{line: line, fields: fields, cells: map[string]string{}}
		for i, name := range header {
			rec.cells[name] = fields[i]
		}
		records = append(records, rec)
	}
}

// broken says which rule a record breaks; "" when it keeps them all.
func broken(entity string, header []string, rec record) string {
	if len(rec.fields) != len(header) {
		return "fields"
	}
	for _, word := range strings.Fields(rules[entity][1]) {
		name, form, _ := strings.Cut(word, ":")
		name, required := strings.CutSuffix(name, "*")
		value := rec.cells[name]
		fits, known := forms[form]
		switch {
		case value == "" && required:
			return name
		case value == "":
		case known && !fits(value):
			return name
		case !known && !slices.Contains(strings.Split(form, "|"), value):
			return name
		}
	}
	return brokenSense(entity, rec.cells)
}

func brokenSense(entity string, cells map[string]string) string {
	money := func(name string) float64 { f, _ := strconv.ParseFloat(cells[name], 64); return f }
	switch entity {
	case "invoice_lines":
		switch {
		case cells["service_end"] <= cells["service_start"]:
			return "service_end"
		case money("discount_amount")*money("amount") < 0:
			return "discount_amount"
		case cells["interval_amount"] != "" && money("interval_amount") <= 0:
			return "interval_amount"
		case cells["interval_unit"] == "" != (cells["interval_count"] == ""):
			return "interval_count"
		}
	case "contracts":
		if cells["term_end"] <= cells["term_start"] {
			return "term_end"
		}
	case "survey_responses":
		if s := money("score"); s < money("scale_min") || s > money("scale_max") {
			return "score"
		}
	case "subscriptions":
		if cells["ended_on"] != "" && cells["ended_on"] < cells["started_on"] {
			return "ended_on"
		}
	case "opportunities":
		if cells["is_closed"] == "true" != (cells["closed_at"] != "") {
			return "closed_at"
		}
	}
	return ""
}

func TestEveryGoodRecordKeepsTheRules(t *testing.T) {
	for seed := range uint64(2) {
		c := New(Options{Seed: seed, End: lastDay})
		bad := map[string]bool{}
		for _, d := range c.Dirt() {
			bad[fmt.Sprint(d.File, d.Line)] = true
		}
		for name, content := range filesOf(t, c) {
			entity := strings.TrimSuffix(name, ".csv")
			header, records := parse(t, content)
			if want := columnNames(entity); !slices.Equal(header, want) {
				t.Errorf("%s: columns %v, want %v", name, header, want)
			}
			seen := map[string]bool{}
			for _, rec := range records {
				if bad[fmt.Sprint(name, rec.line)] {
					continue
				}
				if column := broken(entity, header, rec); column != "" {
					t.Fatalf("seed %d, %s line %d: %s is wrong: %v", seed, name, rec.line, column, rec.fields)
				}
				key := ""
				for _, column := range strings.Fields(rules[entity][0]) {
					key += rec.cells[column] + "\x00"
				}
				if seen[key] {
					t.Fatalf("seed %d, %s line %d: the key %q comes twice", seed, name, rec.line, key)
				}
				seen[key] = true
			}
		}
	}
}

func columnNames(entity string) []string {
	var names []string
	for _, word := range strings.Fields(rules[entity][1]) {
		name, _, _ := strings.Cut(word, ":")
		names = append(names, strings.TrimSuffix(name, "*"))
	}
	return names
}
