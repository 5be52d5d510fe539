package canonical

import "strings"

// class groups DuckDB's types by how their values become ours.
type class int

const (
	classText class = iota
	classBoolean
	classInteger
	classDecimal
	classFloat
	classDate
	classTimestamp // a clock without zone, taken as UTC
	classInstant   // with a zone
	classNested    // what reads as JSON
	classOther
)

func classOf(sqlType string) class {
	name, _, _ := strings.Cut(strings.ToUpper(sqlType), "(")
	name = strings.TrimSpace(name)
	switch {
	case strings.HasSuffix(sqlType, "]"):
		return classNested
	case name == "TIMESTAMP WITH TIME ZONE" || name == "TIMESTAMPTZ":
		return classInstant
	case strings.HasPrefix(name, "TIMESTAMP"):
		return classTimestamp
	}
	switch name {
	case "VARCHAR", "ENUM":
		return classText
	case "BOOLEAN":
		return classBoolean
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT":
		return classInteger
	case "DECIMAL":
		return classDecimal
	case "FLOAT", "DOUBLE":
		return classFloat
	case "DATE":
		return classDate
	case "STRUCT", "MAP", "UNION", "JSON":
		return classNested
	}
	return classOther
}

// asText gives a column's value as text.
func asText(f Field, c class) string {
	name := quoteName(f.Name)
	switch {
	case c == classText && strings.EqualFold(f.Type, "VARCHAR"):
		return name
	case strings.EqualFold(f.Type, "JSON"):
		// A JSON string stands without its quotes, and null is no value.
		return "json_extract_string(" + name + ", '$')"
	case c == classNested:
		return "cast(to_json(" + name + ") as VARCHAR)"
	}
	return "cast(" + name + " as VARCHAR)"
}

// fromTyped gives SQL that casts a typed value, NULL when it is not one of type t; ok is false where the value's
// text must be read instead, as for decimals that may have too many decimals. A double is rounded to the scale:
// it cannot tell what was written.
func fromTyped(t Type, value string, c class, sqlType, timezone string) (sql string, ok bool) {
	if t.IsText() {
		return "cast(" + value + " as VARCHAR)", c != classText && c != classNested
	}
	plain := tryCast(value, t.SQL())
	switch t.kind {
	case kindDecimal, kindDouble:
		wide := c == classDecimal && t.kind == kindDecimal && scaleOf(sqlType) > t.scale && !t.rounds
		return plain, (c == classInteger || c == classDecimal || c == classFloat) && !wide
	case kindInteger:
		if c == classFloat {
			return caseOf("cast(null as BIGINT)", when{value + " = trunc(" + value + ")", plain}), true
		}
		return plain, c == classInteger
	case kindBoolean:
		if c == classInteger {
			return caseOf("cast(null as BOOLEAN)", when{value + " = 1", "true"}, when{value + " = 0", "false"}), true
		}
		return value, c == classBoolean
	case kindDate:
		switch c {
		case classDate:
			return value, true
		case classTimestamp:
			return localDate("cast("+value+" as TIMESTAMP)", timezone), true
		case classInstant:
			return "cast(timezone(" + quoteText(timezone) + ", " + value + ") as DATE)", true
		}
	case kindTimestamp:
		switch c {
		case classDate:
			return midnight(value, timezone), true
		case classTimestamp:
			return "cast(" + value + " as TIMESTAMP)", true
		case classInstant:
			return "timezone('UTC', " + value + ")", true
		}
	}
	return "", false
}

// scaleOf gives the decimals of a DECIMAL(p,s).
func scaleOf(sqlType string) int {
	_, after, _ := strings.Cut(sqlType, ",")
	scale := 0
	for _, digit := range strings.Trim(after, " )") {
		scale = scale*10 + int(digit-'0')
	}
	return scale
}
