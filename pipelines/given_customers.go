package pipelines

import (
	"fmt"
	"strings"
)

// customerTables are the given tables that hold the choices about customers: the policy is data.
var customerTables = []string{
	"health_rules", "milestone_definitions", "survey_cadence", "lexicon_languages", "lexicon_themes", "lexicon_terms",
}

// giveCustomers writes the statements that make them.
func giveCustomers(customers Customers) []string {
	return append([]string{
		healthTable(customers.Health), milestoneTable(customers.Milestones), cadenceTable(customers.Cadence()),
	}, lexiconTables(customers.Themes())...)
}

// healthTable has a row for each number of the health section; group_name is weights or tiers, or health for the others.
func healthTable(health Health) string {
	var rows []string
	for i, rule := range healthRules {
		group, name, ok := strings.Cut(rule.name, ".")
		if !ok {
			group, name = "health", rule.name
		}
		rows = append(rows, row(fmt.Sprint(i+1), text(group), text(name), text(health.Value(rule.name)), text(rule.fallback)))
	}
	return table("health_rules", "rule_no integer, group_name varchar, name varchar, value decimal(18, 6), default_value decimal(18, 6)", rows)
}

func milestoneTable(milestones []Milestone) string {
	var rows []string
	for i, m := range milestones {
		rows = append(rows, row(fmt.Sprint(i+1), text(m.Name), text(m.Kind), fmt.Sprint(m.Value), fmt.Sprint(m.Expansion), text(m.LabelPT), text(m.LabelEN)))
	}
	return table("milestone_definitions",
		"position integer, milestone varchar, kind varchar, is_value boolean, is_expansion boolean, label_pt varchar, label_en varchar", rows)
}

func cadenceTable(rules []Cadence) string {
	var rows []string
	for i, rule := range rules {
		rows = append(rows, row(fmt.Sprint(i+1), text(rule.Survey), textOrNull(rule.Touchpoint), numberOrNull(rule.EveryDays), textOrNull(rule.After),
			textOrNull(rule.Milestone), fmt.Sprint(rule.DelayDays), fmt.Sprint(rule.RestDays), numberOrNull(rule.ExpiresDays)))
	}
	return table("survey_cadence",
		"rule_no integer, survey varchar, touchpoint varchar, every_days integer, after_event varchar, milestone varchar, delay_days integer, rest_days integer, expires_days integer",
		rows)
}

func lexiconTables(lexicon Lexicon) []string {
	var languages, themes, terms []string
	for _, language := range lexicon.Languages {
		for _, word := range language.Negations {
			languages = append(languages, row(text(language.Code), text("negation"), text(word), fmt.Sprint(lexicon.NegationReach)))
		}
		for _, word := range language.Common {
			languages = append(languages, row(text(language.Code), text("common"), text(word), "0"))
		}
		if len(language.Negations)+len(language.Common) == 0 { // the language is known all the same
			languages = append(languages, row(text(language.Code), text("common"), text(""), "0"))
		}
	}
	for i, theme := range lexicon.Themes {
		themes = append(themes, row(fmt.Sprint(i+1), text(theme.Name), text(theme.LabelPT), text(theme.LabelEN), text(theme.WhenNegated)))
		for _, term := range theme.Terms {
			terms = append(terms, row(fmt.Sprint(len(terms)+1), text(theme.Name), text(term.Language), text(term.Polarity), text(term.Text)))
		}
	}
	return []string{
		table("lexicon_languages", "language varchar, kind varchar, word varchar, reach integer", languages),
		table("lexicon_themes", "position integer, theme varchar, label_pt varchar, label_en varchar, when_negated varchar", themes),
		table("lexicon_terms", "term_no integer, theme varchar, language varchar, polarity varchar, term varchar", terms),
	}
}

func textOrNull(value string) string {
	if value == "" {
		return "null"
	}
	return text(value)
}

func numberOrNull(value int) string {
	if value == 0 {
		return "null"
	}
	return fmt.Sprint(value)
}
