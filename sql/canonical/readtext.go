package canonical

import (
	"fmt"
	"strings"
)

// What text must look like to be a value. DuckDB's casts alone take more: 1_000 and 1.5 as whole numbers, 2024-6-1
// and infinity as dates, and an instant whose offset they drop.
const (
	numberText  = `[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?`
	commaText   = `[+-]?([0-9]{1,3}(\.[0-9]{3})+|[0-9]+)(,[0-9]*)?`
	dateText    = `[0-9]{4}-[0-9]{2}-[0-9]{2}`
	clockText   = dateText + `[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?`
	offsetText  = ` ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)`
	midnightEnd = `[T ]00:00(:00([.,]0{1,9})?)?`
)

// readText gives SQL that casts text: a try that settles plain values, and the value, which looks closer where the
// try does not. A value that cannot be read is NULL. try names the result of the try in the value.
func readText(t Type, text, try string, f Format, timezone string) (trySQL, valueSQL string) {
	slow := slowText(t, text, f, timezone)
	if t.IsMoment() && (f.Layout != "" || f.DateLayout != "") {
		return "", slow
	}
	plain := tryCast(text, t.SQL())
	isPlain := try + " is not null"
	switch t.kind {
	case kindDate, kindInteger:
		isPlain = "cast(" + try + " as VARCHAR) = " + text
	case kindTimestamp:
		plain = caseOf("cast(null as TIMESTAMP)", when{
			fmt.Sprintf("%[1]s like '____-__-__T__:__:__Z' or %[1]s like '____-__-__ __:__:__' or %[1]s like '____-__-__T__:__:__'", text), plain,
		})
	case kindDecimal:
		// What the value, written out, begins with is the value, exactly.
		isPlain = "starts_with(cast(" + try + " as VARCHAR), " + text + ")"
	case kindDouble:
		return "", slow
	case kindBoolean, kindText, kindCurrency:
	}
	return plain, caseOf(slow, when{isPlain, try}, when{text + " is null", "cast(null as " + t.SQL() + ")"})
}

// slowText gives SQL that casts text, however it is written.
func slowText(t Type, text string, f Format, timezone string) string {
	switch {
	case t.kind == kindTimestamp && f.DateLayout != "":
		date := tryCast("try_strptime("+text+", "+quoteText(f.DateLayout)+")", "DATE")
		f.DateLayout = ""
		return "coalesce(" + slowText(t, text, f, timezone) + ", " + midnight(date, timezone) + ")"
	case t.IsMoment() && f.Layout != "":
		return fromLayout(t, tryCast("try_strptime("+text+", "+quoteText(f.Layout)+")", layoutType(f.Layout)), f.Layout, timezone)
	}
	switch t.kind {
	case kindDate:
		return slowDate(text, timezone)
	case kindTimestamp:
		return slowTimestamp(text, timezone)
	case kindInteger, kindDecimal:
		return slowNumber(t, text)
	case kindDouble:
		return caseOf("cast(null as DOUBLE)", when{matches("trim("+text+")", numberText), tryCast("trim("+text+")", "DOUBLE")})
	case kindBoolean, kindText, kindCurrency:
	}
	return tryCast("trim("+text+")", t.SQL())
}

func matches(text, pattern string) string {
	return "regexp_full_match(" + text + ", " + quoteText(pattern) + ")"
}

// slowNumber reads numbers with spaces around, signs, leading zeros and exponents.
func slowNumber(t Type, text string) string {
	trimmed := "trim(" + text + ")"
	good := matches(trimmed, numberText)
	if !t.rounds {
		good += " and " + decimals(trimmed) + " <= " + fmt.Sprint(t.scale)
	}
	// Digits that an exponent moves behind the point can be too many before it is applied.
	value := "coalesce(" + tryCast(trimmed, t.SQL()) + ", " + tryCast(tryCast(trimmed, "DECIMAL(38,18)"), t.SQL()) + ")"
	return caseOf("cast(null as "+t.SQL()+")", when{good, value})
}

// decimals counts the decimals that a number's text needs: those written, without zeros at the end, moved by the
// exponent.
func decimals(number string) string {
	digits := `replace(regexp_extract(` + number + `, '^[+-]?([0-9]*\.?[0-9]*)', 1), '.', '')`
	written := `length(regexp_extract(` + number + `, '\.([0-9]*)', 1))`
	exponent := `coalesce(try_cast(regexp_extract(` + number + `, '[eE]([+-]?[0-9]+)$', 1) as INTEGER), 0)`
	return caseOf(written+" - "+exponent+" - (length("+digits+") - length(rtrim("+digits+", '0')))",
		when{"rtrim(" + digits + ", '0') = ''", "0"})
}

// decimalPoint turns 1.234,56 into 1234.56, and what is no such number into text that is no number either.
func decimalPoint(raw string) string {
	return caseOf("case when trim("+raw+") = '' then "+raw+" else 'no number' end",
		when{raw + " is null", "cast(null as VARCHAR)"},
		when{matches("trim("+raw+")", commaText), "replace(replace(trim(" + raw + "), '.', ''), ',', '.')"})
}

func slowDate(text, timezone string) string {
	trimmed := "trim(" + text + ")"
	return caseOf("cast("+localDate("("+slowTimestamp(text, timezone)+")", timezone)+" as DATE)",
		when{matches(trimmed, dateText+"("+midnightEnd+")?"), tryCast("left("+trimmed+", 10)", "DATE")})
}

func slowTimestamp(text, timezone string) string {
	// A comma before fractions of a second is as good as a point; with an offset DuckDB wants the seconds.
	trimmed := "replace(trim(" + text + "), ',', '.')"
	whole := "regexp_replace(" + trimmed + `, '^(.{16})( ?[Z+-].*)$', '\1:00\2')`
	return caseOf("cast(null as TIMESTAMP)",
		when{matches("trim("+text+")", dateText), midnight(tryCast("trim("+text+")", "DATE"), timezone)},
		when{matches("trim("+text+")", clockText+offsetText), "timezone('UTC', " + tryCast(whole, "TIMESTAMP WITH TIME ZONE") + ")"},
		when{matches("trim("+text+")", clockText), tryCast(trimmed, "TIMESTAMP")})
}

// midnight gives the instant, in UTC, at which a date begins in the timezone. Where clocks go forward at midnight
// that is the first instant that there is.
func midnight(date, timezone string) string {
	return "timezone('UTC', timezone(" + quoteText(timezone) + ", cast(" + date + " as TIMESTAMP)))"
}

// localDate gives the date of an instant in UTC.
func localDate(timestamp, timezone string) string {
	return "cast(timezone(" + quoteText(timezone) + ", timezone('UTC', " + timestamp + ")) as DATE)"
}

// hasOffset tells whether a layout reads an offset or a zone.
func hasOffset(layout string) bool {
	return strings.Contains(layout, "%z") || strings.Contains(layout, "%Z")
}

func layoutType(layout string) string {
	if hasOffset(layout) {
		return "TIMESTAMP WITH TIME ZONE"
	}
	return "TIMESTAMP"
}

// fromLayout turns what a layout read into the type: an instant where it has an offset, else the clock of UTC, but
// the midnight of the timezone where the layout has no hours.
func fromLayout(t Type, try, layout, timezone string) string {
	if hasOffset(layout) {
		try = "timezone('UTC', " + try + ")"
		if t.kind == kindDate {
			return localDate(try, timezone)
		}
		return try
	}
	if t.kind == kindDate {
		return "cast(" + try + " as DATE)"
	}
	if !hasClock(layout) {
		return midnight(try, timezone)
	}
	return try
}

func hasClock(layout string) bool {
	for _, part := range []string{"%H", "%I", "%c", "%X", "%-H", "%-I"} {
		if strings.Contains(layout, part) {
			return true
		}
	}
	return false
}

// checkLayout refuses a pattern that reads no date.
func checkLayout(c Column, f Format) error {
	for _, layout := range []string{f.Layout, f.DateLayout} {
		if layout != "" && c.Type.IsMoment() && !strings.Contains(layout, "%") {
			return fmt.Errorf("column %s: the format %q is no strptime pattern: write it as %%d-%%m-%%Y", c.Name, layout)
		}
	}
	return nil
}

// misread gives SQL for what is wrong with a text that is not of the type.
func misread(t Type, raw string, f Format) string {
	switch {
	case f.Layout != "" && t.kind == kindTimestamp && f.DateLayout != "":
		return quoteText("is not of the form " + f.Layout + " or " + f.DateLayout)
	case f.Layout != "" && t.IsMoment():
		return quoteText("is not of the form " + f.Layout)
	}
	switch t.kind {
	case kindDate:
		return quoteText("is no date (YYYY-MM-DD)")
	case kindTimestamp:
		return quoteText("is no timestamp (ISO 8601, as 2024-06-20T10:00:00Z)")
	case kindBoolean:
		return quoteText("is none of true, false, yes, no, t, f, 1, 0")
	case kindInteger, kindDecimal, kindDouble:
		return misreadNumber(t, raw, f)
	case kindText, kindCurrency:
	}
	return quoteText("is no " + t.String())
}

func misreadNumber(t Type, raw string, f Format) string {
	if f.DecimalComma {
		// The closer reasons need the number with its point; what matches is that.
		raw = decimalPoint(raw)
	}
	trimmed := "trim(" + raw + ")"
	branches := []when{{"not " + matches(trimmed, numberText), notANumber(trimmed, f)}}
	switch {
	case t.kind == kindInteger:
		branches = append(branches, when{decimals(trimmed) + " > 0", quoteText("is no whole number")})
	case t.kind == kindDecimal && !t.rounds:
		branches = append(branches, when{decimals(trimmed) + fmt.Sprintf(" > %d", t.scale), quoteText(fmt.Sprintf("has more than %d decimals", t.scale))})
	}
	return "(" + caseOf(quoteText("is too large"), branches...) + ")"
}

func notANumber(trimmed string, f Format) string {
	if f.DecimalComma {
		return quoteText("is no number written with a decimal comma, as 1.234,56")
	}
	return caseOf(quoteText("is no number"), when{"contains(" + trimmed + ", ',')", quoteText("is no number with a decimal point")})
}
