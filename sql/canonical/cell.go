package canonical

import (
	"fmt"
	"regexp"
	"strings"
)

// cell is how one column is read and judged. raw is over the relation; text over raw; try over text (or raw, where
// text is empty); value over all of them; the faults' conditions over all of them and every column's typed value.
type cell struct {
	column Column
	raw    string // the value as it came, NULL when there is none; empty: the relation has no such column
	text   string // the text to cast, where that is not raw itself
	try    string // a cast that is right for plain values, where one is worth trying
	plain  string // the relation's column that stands for the try; raw has the other values only
	value  string // the typed value
	faults []fault
}

// fault is a broken rule: the condition under which it is, and SQL for the reason.
type fault struct{ condition, reason string }

func (j *judge) cellOf(i int, c Column) (cell, error) {
	field, given := fieldOf(j.in.Columns, c.Name)
	if !given {
		absent := cell{column: c, value: "cast(null as " + c.Type.SQL() + ")"}
		if c.Required {
			absent.faults = []fault{{"true", quoteText(c.Name + " is missing")}}
		}
		return absent, nil
	}
	class := classOf(field.Type)
	next := cell{column: c}
	if class == classText || !j.typed(i, &next, field, class) {
		if err := j.fromText(i, &next, field, class); err != nil {
			return cell{}, err
		}
	}
	next.faults = append(next.faults, j.ruleFaults(i, c)...)
	return next, nil
}

// fromText casts a column that comes as text, or that can be read as text only.
func (j *judge) fromText(i int, next *cell, field Field, class class) error {
	c := next.column
	format := j.format(c.Name)
	next.raw = asText(field, class)
	if class == classText && !j.in.NoEmptyText {
		next.raw = "nullif(" + next.raw + ", '')"
	}
	text := j.raw(i)
	if format.DecimalComma && c.Type.IsNumber() {
		text = j.text(i)
		next.text = decimalPoint(j.raw(i))
	}
	// Nothing but a text that begins with a space (or a control character) comes before "!".
	blank := " or " + j.raw(i) + " < '!' and trim(" + j.raw(i) + ") = ''"
	if c.Type.IsText() {
		next.value = j.raw(i)
		if len(c.Enum) > 0 || c.Type.kind == kindCurrency {
			blank = "" // what is blank is none of the options: see ruleFaults
		}
		next.faults = missing(c, j.raw(i)+" is null"+blank)
		if c.Type.kind == kindCurrency {
			next.faults = append(next.faults, j.currencyFault(i, c))
		}
		return nil
	}
	if err := checkLayout(c, format); err != nil {
		return err
	}
	next.try, next.value = readText(c.Type, text, j.try(i), format, j.in.Timezone)
	if next.plain = j.plain(c.Name); next.plain != "" {
		next.try = ""
		next.value = caseOf(slowText(c.Type, text, format, j.in.Timezone), when{j.try(i) + " is not null", j.try(i)}, when{text + " is null", "cast(null as " + c.Type.SQL() + ")"})
	}
	none := quoteName(c.Name) + " is null and "
	next.faults = append(missing(c, none+"("+j.raw(i)+" is null or trim("+j.raw(i)+") = '')"), fault{
		none + j.raw(i) + " is not null and trim(" + j.raw(i) + ") != ''",
		said(c, j.raw(i), misread(c.Type, j.raw(i), format)),
	})
	return nil
}

// typed casts a column that is typed already; it says no where its text must be read.
func (j *judge) typed(i int, next *cell, field Field, class class) bool {
	c := next.column
	value, ok := fromTyped(c.Type, j.raw(i), class, field.Type, j.in.Timezone)
	if !ok {
		return false
	}
	next.raw, next.value = quoteName(field.Name), value
	next.faults = missing(c, j.raw(i)+" is null")
	switch {
	case c.Type.kind == kindCurrency:
		next.faults = append(next.faults, j.currencyFault(i, c))
	case !c.Type.IsText():
		shown := "cast(" + j.raw(i) + " as VARCHAR)"
		next.faults = append(next.faults, fault{
			quoteName(c.Name) + " is null and " + j.raw(i) + " is not null",
			said(c, shown, misread(c.Type, shown, Format{})),
		})
	}
	return true
}

func missing(c Column, condition string) []fault {
	if !c.Required {
		return nil
	}
	return []fault{{condition, quoteText(c.Name + " is missing")}}
}

func (j *judge) currencyFault(i int, c Column) fault {
	// Most records are in a few currencies: comparing is cheaper than matching, and what AND has settled is not matched.
	name := quoteName(c.Name)
	return fault{
		fmt.Sprintf("%[1]s != 'BRL' and %[1]s != 'USD' and %[1]s != 'EUR' and not regexp_full_match(%[1]s, '[A-Z]{3}')", name),
		c.orMissing(j.raw(i), said(c, j.raw(i), quoteText("is no currency of three capital letters, as BRL"))),
	}
}

// ruleFaults gives what a value of the right type can still break.
func (j *judge) ruleFaults(i int, c Column) []fault {
	var faults []fault
	name := quoteName(c.Name)
	if c.Type.IsMoment() {
		doubtful := ""
		if j.plain(c.Name) != "" {
			doubtful = j.try(i) + " is null and "
		}
		faults = append(faults, fault{
			doubtful + "(" + name + " < date '1900-01-01' or " + name + " >= date '2201-01-01')",
			said(c, j.shown(c.Name), quoteText("lies outside the years 1900 to 2200")),
		})
	}
	if len(c.Enum) > 0 {
		options := make([]string, len(c.Enum))
		for i, option := range c.Enum {
			options[i] = name + " != " + quoteText(option)
		}
		faults = append(faults, fault{
			strings.Join(options, " and "),
			c.orMissing(j.shown(c.Name), said(c, j.shown(c.Name), quoteText("is none of "+strings.Join(c.Enum, ", ")))),
		})
	}
	for _, r := range c.Rules {
		faults = append(faults, fault{"(" + r.Breaks + ")", j.reason(r.Reason)})
	}
	return faults
}

// orMissing is the reason for a value that is none of those there are; a blank one where one is required is missing.
func (c Column) orMissing(raw, reason string) string {
	if !c.Required {
		return reason
	}
	return caseOf(reason, when{"trim(" + raw + ") = ''", quoteText(c.Name + " is missing")})
}

// shown gives the text of a column as the relation gave it.
func (j *judge) shown(name string) string {
	for i, c := range j.entity.Columns {
		if _, given := fieldOf(j.in.Columns, c.Name); given && strings.EqualFold(c.Name, name) {
			text := "cast(" + j.raw(i) + " as VARCHAR)"
			if j.plain(c.Name) != "" {
				text = "coalesce(" + text + ", " + written(c.Type, j.try(i)) + ")"
			}
			return text
		}
	}
	return "cast(null as VARCHAR)"
}

// said gives `column "value" what is wrong with it`; what is SQL.
func said(c Column, raw, what string) string {
	return quoteText(c.Name+" ") + " || " + quotedValue(raw) + " || ' ' || " + what
}

// written gives a plain value as one would write it: amounts without zeros at the end.
func written(t Type, value string) string {
	text := "cast(" + value + " as VARCHAR)"
	if t.kind == kindDecimal && t.scale > 0 {
		return "rtrim(rtrim(" + text + ", '0'), '.')"
	}
	return text
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// reason renders a rule's reason with the values it names.
func (j *judge) reason(text string) string {
	var parts []string
	rest := 0
	for _, at := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		parts = append(parts, quoteText(text[rest:at[0]]), "coalesce("+shortened(j.shown(text[at[2]:at[3]]))+", 'nothing')")
		rest = at[1]
	}
	return strings.Join(append(parts, quoteText(text[rest:])), " || ")
}

func (j *judge) format(column string) Format {
	for name, f := range j.in.Formats {
		if strings.EqualFold(name, column) {
			return f
		}
	}
	return Format{}
}
