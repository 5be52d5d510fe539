package pipelines

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"
)

// settingKind is how the text of a setting is read.
type settingKind int

const (
	wholeSetting   settingKind = iota // a whole number from low to high
	decimalSetting                    // a decimal from low to high
	choiceSetting                     // one of choices
	listSetting                       // names, each once; of choices when there are any
	dateSetting                       // an ISO date, or nothing
)

// settingRule is one setting of METRICS.
type settingRule struct {
	name     string
	kind     settingKind
	fallback string // the default, in canonical form
	low      string
	high     string
	choices  []string
	doc      string
	warnings map[string]string // by value
}

// settingRules are all settings, in the order of METRICS.
var settingRules = []settingRule{
	{name: "dimensions", kind: listSetting, fallback: "acquisition_channel,country,industry,segment",
		doc: "account attributes by which the ratio tables have groups"},
	{name: "drafts", kind: choiceSetting, fallback: "exclude", choices: []string{"exclude", "include"},
		doc: "whether lines of draft invoices count"},
	{name: "usage", kind: choiceSetting, fallback: "exclude", choices: []string{"exclude", "include"},
		doc: "whether lines of kind usage count"},
	{name: "past_due", kind: choiceSetting, fallback: "include", choices: []string{"include", "exclude"},
		doc: "whether lines of open invoices count after their due date",
		warnings: map[string]string{
			"exclude": "periods that were complete change when an invoice falls due or is paid late",
		}},
	{name: "discounts", kind: choiceSetting, fallback: "recurring", choices: []string{"recurring", "all", "forever", "none"},
		doc: "which discounts lower the MRR"},
	{name: "churn_on", kind: choiceSetting, fallback: "period_end", choices: []string{"period_end", "cancel_date"},
		doc: "whether service ends with what was paid for, or already when the customer asked",
		warnings: map[string]string{
			"cancel_date": "annual subscriptions that are paid up count nothing from the day of the cancellation",
		}},
	{name: "grace_days", kind: wholeSetting, fallback: "7", low: "0", high: "366",
		doc: "days that a late renewal keeps its level before it counts as churn"},
	{name: "fx_max_age_days", kind: wholeSetting, fallback: "31", low: "0", high: "3660",
		doc: "days after which a rate of exchange is too old to pass without a warning"},
	{name: "books_open_on", kind: dateSetting,
		doc: "first day of the books; accounts that subscribed before it are its opening book, not new"},
	{name: "movement_tolerance", kind: decimalSetting, fallback: "0.01", low: "0", high: "1000000",
		doc: "change of MRR, in reporting currency, below which an account's movement is none"},
	{name: "reactivation", kind: choiceSetting, fallback: "own", choices: []string{"own", "new", "expansion"},
		doc: "the class in which accounts that come back are counted"},
	{name: "survival_return_months", kind: wholeSetting, fallback: "1", low: "0", high: "120",
		doc: "month closes that an account may be away without having churned, for survival"},
	{name: "gross_margin", kind: decimalSetting, fallback: "0.8", low: "0", high: "1",
		doc: "share of revenue that is left after the cost of service, for lifetime value"},
	{name: "discount_rate", kind: decimalSetting, fallback: "0.1", low: "0", high: "1",
		doc: "yearly rate at which later revenue is discounted"},
	{name: "clv_max_months", kind: wholeSetting, fallback: "60", low: "1", high: "1200",
		doc: "longest lifetime in months that lifetime value assumes"},
	{name: "cac_categories", kind: listSetting, fallback: "marketing,sales", choices: []string{"marketing", "sales", "customer_success"},
		doc: "categories of spend that acquire customers"},
	{name: "cac_lag_months", kind: wholeSetting, fallback: "0", low: "0", high: "36",
		doc: "months by which spend is moved later, to the customers it won"},
	{name: "renewal_early_days", kind: wholeSetting, fallback: "90", low: "0", high: "730",
		doc: "days before a contract's end from which the next one is its renewal"},
	{name: "renewal_grace_days", kind: wholeSetting, fallback: "30", low: "0", high: "730",
		doc: "days after a contract's end until which the next one is its renewal"},
}

var wholeNumber = regexp.MustCompile(`^[+-]?[0-9]+$`)

func findRule(name string) (settingRule, bool) {
	at := slices.IndexFunc(settingRules, func(rule settingRule) bool { return rule.name == name })
	if at < 0 {
		return settingRule{}, false
	}
	return settingRules[at], true
}

func settingNames() []string {
	names := make([]string, len(settingRules))
	for i, rule := range settingRules {
		names[i] = rule.name
	}
	return names
}

// allowed says which values the setting takes: "a whole number from 0 to 366".
func (r settingRule) allowed() string {
	switch r.kind {
	case wholeSetting:
		return fmt.Sprintf("a whole number from %s to %s", r.low, r.high)
	case decimalSetting:
		return fmt.Sprintf("a number from %s to %s", r.low, r.high)
	case choiceSetting:
		return "one of " + strings.Join(r.choices, ", ")
	case dateSetting:
		return "a date as 2023-06-01"
	}
	if len(r.choices) > 0 {
		return "a list of " + strings.Join(r.choices, ", ") + ", each once"
	}
	return "a list of attribute names in lower case, as [segment, country], each once, without all"
}

var (
	plainDecimal  = regexp.MustCompile(`^[+-]?([0-9]{1,18}(\.[0-9]{0,12})?|\.[0-9]{1,12})$`)
	attributeName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
)

// canonical gives the canonical form of the setting's texts: of the one, or of a list's entries.
// Its error says what the value must be.
func (r settingRule) canonical(texts []string) (string, error) {
	refused := errors.New(r.allowed())
	if r.kind == listSetting {
		sorted := slices.Sorted(slices.Values(texts))
		for i, text := range sorted {
			known := len(r.choices) == 0 || slices.Contains(r.choices, text)
			if !known || !attributeName.MatchString(text) || text == "all" || (i > 0 && text == sorted[i-1]) {
				return "", refused
			}
		}
		return strings.Join(sorted, ","), nil
	}
	if len(texts) != 1 {
		return "", refused
	}
	text := texts[0]
	switch r.kind {
	case choiceSetting:
		if slices.Contains(r.choices, text) {
			return text, nil
		}
	case dateSetting:
		if _, err := time.Parse(time.DateOnly, text); err == nil || text == "" {
			return text, nil
		}
	case wholeSetting, decimalSetting:
		if (r.kind == decimalSetting || wholeNumber.MatchString(text)) && plainDecimal.MatchString(text) && r.inRange(text) {
			return plainNumber(text), nil
		}
	}
	return "", refused
}

func (r settingRule) inRange(text string) bool {
	value, low, high := new(big.Rat), new(big.Rat), new(big.Rat)
	for number, written := range map[*big.Rat]string{value: text, low: r.low, high: r.high} {
		if _, ok := number.SetString(written); !ok {
			return false
		}
	}
	return value.Cmp(low) >= 0 && value.Cmp(high) <= 0
}

// plainNumber takes from a decimal what does not change it: a plus, zeros in front and behind, a point at the end.
func plainNumber(text string) string {
	digits, negative := strings.CutPrefix(strings.TrimPrefix(text, "+"), "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative && whole != "0" {
		whole = "-" + whole
	}
	return whole
}
