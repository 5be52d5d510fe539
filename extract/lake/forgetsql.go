package lake

import (
	"regexp"
	"slices"
	"strings"
)

// forgotten stands in a text where an id or address stood.
const forgotten = "[forgotten]"

// leastNeedle is the fewest characters of an id that is looked for in every text: a shorter one is a word like others.
const leastNeedle = 8

// needle is an id or an address that texts are searched for.
type needle struct {
	text       string
	everywhere bool // not in the quarantine of its source alone
	isEmail    bool
}

// needles gives what the texts of a source are searched for: addresses, long ids of every source, short ones of its own.
func (f *forgetting) needles(source string) []needle {
	var all []needle
	for _, email := range f.options.Emails {
		all = append(all, needle{text: email, everywhere: true, isEmail: true})
	}
	for from, ids := range f.options.Accounts {
		for _, id := range ids {
			if long := len(id) >= leastNeedle; long || from == source {
				all = append(all, needle{text: id, everywhere: long})
			}
		}
	}
	slices.SortFunc(all, func(a, b needle) int { return strings.Compare(a.text, b.text) })
	return slices.CompactFunc(all, func(a, b needle) bool { return a.text == b.text })
}

// pattern finds the needle as a whole in a text, also in JSON, where a backslash and a letter may come before it, and in the
// address of a page. What stands around it is \1 and \2.
func (n needle) pattern() string {
	quoted := regexp.QuoteMeta(n.text)
	if n.isEmail {
		return `(?i)(^|[^a-z0-9._%+-]|\\[nrtbf])` + strings.ReplaceAll(quoted, "@", "(?:@|%40)") + `([.]*(?:$|[^a-z0-9.-]))`
	}
	return `(^|[^A-Za-z0-9_-]|\\[nrtbf])` + quoted + `($|[^A-Za-z0-9_-])`
}

// in is SQL for whether a text has the needle.
func (n needle) in(value string) string {
	return "regexp_matches(" + value + ", " + quoteText(n.pattern()) + ")"
}

func anyIn(needles []needle, value string) string {
	var parts []string
	for _, n := range needles {
		parts = append(parts, n.in(value))
	}
	if len(parts) == 0 {
		return "false"
	}
	return "(" + strings.Join(parts, " or ") + ")"
}

// without is SQL for the text with mark in place of each needle; twice, since two in a row share what parts them. An id that is
// a number in JSON becomes null, so that the JSON stays whole.
func without(needles []needle, value, mark string) string {
	replaced := value
	for _, n := range needles {
		if !n.isEmail && isDigits(n.text) {
			number := quoteText(`([:,\[]\s*)` + n.text + `(\s*[,}\]])`)
			for range 2 {
				replaced = "regexp_replace(" + replaced + ", " + number + `, '\1null\2', 'g')`
			}
		}
		for range 2 {
			replaced = "regexp_replace(" + replaced + ", " + quoteText(n.pattern()) + ", " + quoteText(`\1`+mark+`\2`) + ", 'g')"
		}
	}
	return "case when " + anyIn(needles, value) + " then " + replaced + " else " + value + " end"
}

func isDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// forgetting of a batch: which rows go, and what columns become in those that stay.
type batchChange struct {
	remove string // SQL
	list   []changedColumn
}

type changedColumn struct {
	name, sql string
	changes   bool
}

// change says what becomes of a batch of a stream with these columns.
func (f *forgetting) change(id StreamID, columns []Column, key []string) batchChange {
	subject := f.options.Subject(id)
	all := slices.DeleteFunc(f.needles(id.Source), func(n needle) bool { return !n.everywhere })
	emails := slices.DeleteFunc(slices.Clone(all), func(n needle) bool { return !n.isEmail })
	ids := slices.DeleteFunc(slices.Clone(all), func(n needle) bool { return n.isEmail })
	isKey := func(name string) bool {
		return slices.ContainsFunc(key, func(k string) bool { return strings.EqualFold(k, name) })
	}
	account, hasAccount := columnOf(columns, subject.Account)
	hasAccount = hasAccount && subject.Account != ""

	var remove []string
	if own := f.options.Accounts[id.Source]; hasAccount && len(own) > 0 {
		remove = append(remove, "cast("+quoteName(account.Name)+" as varchar) in ("+quoteTexts(own)+")")
	}
	var isPerson []string // whether a record is about the person
	for _, name := range subject.Emails {
		if c, ok := columnOf(columns, name); ok && c.Type == "VARCHAR" && len(emails) > 0 {
			isPerson = append(isPerson, "coalesce("+anyIn(emails, quoteName(c.Name))+", false)")
		}
	}
	for _, c := range columns {
		if !isKey(c.Name) || len(all) == 0 || hasAccount && c.Name == account.Name {
			continue
		}
		value := "cast(" + quoteName(c.Name) + " as varchar)"
		if len(ids) > 0 {
			remove = append(remove, anyIn(ids, value))
		}
		if len(emails) > 0 && !hasAccount {
			remove = append(remove, anyIn(emails, value))
		}
	}
	if !hasAccount {
		remove = append(remove, isPerson...)
		isPerson = nil
	}
	if len(remove) == 0 {
		remove = []string{"false"}
	}
	change := batchChange{remove: "coalesce(" + strings.Join(remove, " or ") + ", false)"}
	person := strings.Join(isPerson, " or ")
	about := append(slices.Clone(subject.Emails), subject.People...)
	if hasAccount && !isKey(account.Name) && !hasNumbers(columns) {
		about = append(about, "_extra") // a record about people, as a contact: what no column takes is about them too
	}
	for _, c := range columns {
		quoted := quoteName(c.Name)
		kept := changedColumn{name: c.Name, sql: quoted}
		_, isAbout := columnOf(asColumns(about), c.Name)
		isOfKey := isKey(c.Name) || hasAccount && c.Name == account.Name
		switch {
		case slices.Contains([]string{"_source", "_file", "_line", "_run_id", "_first_seen"}, c.Name):
		case isAbout && person != "" && !isOfKey:
			otherwise := quoted
			if c.Type == "VARCHAR" {
				otherwise = without(all, quoted, forgotten)
			}
			kept.sql, kept.changes = "case when "+person+" then null else "+otherwise+" end", true
		case c.Type == "VARCHAR" && isOfKey && len(emails) > 0:
			kept.sql, kept.changes = without(emails, quoted, f.options.Mark), true
		case c.Type == "VARCHAR" && !isOfKey && len(all) > 0:
			kept.sql, kept.changes = without(all, quoted, forgotten), true
		case isInteger(c.Type) && !isOfKey && slices.ContainsFunc(ids, func(n needle) bool { return isDigits(n.text) }):
			var numbers []string
			for _, n := range ids {
				numbers = append(numbers, n.text)
			}
			kept.sql, kept.changes = "case when cast("+quoted+" as varchar) in ("+quoteTexts(numbers)+") then null else "+quoted+" end", true
		}
		change.list = append(change.list, kept)
	}
	return change
}

func asColumns(names []string) []Column {
	columns := make([]Column, len(names))
	for i, name := range names {
		columns[i] = Column{Name: name}
	}
	return columns
}

func isInteger(name string) bool {
	n, ok := numberOf(name)
	return ok && n.scale == 0 && n.name != ""
}

// hasNumbers tells a record of amounts from one of people.
func hasNumbers(columns []Column) bool {
	return slices.ContainsFunc(columns, func(c Column) bool {
		_, isNumber := numberOf(c.Type)
		return c.Name != "_line" && (isNumber || c.Type == "DOUBLE" || c.Type == "FLOAT")
	})
}

func quoteTexts(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = quoteText(value)
	}
	return strings.Join(quoted, ", ")
}
