package load

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// Kind is a SQL type without its parameters.
type Kind string

// The SQL types that a published column may have, spelled as the engine spells them. Timestamps are microseconds, a
// HUGEINT comes as DECIMAL(38,0).
const (
	Boolean     Kind = "BOOLEAN"
	TinyInt     Kind = "TINYINT"
	SmallInt    Kind = "SMALLINT"
	Integer     Kind = "INTEGER"
	BigInt      Kind = "BIGINT"
	HugeInt     Kind = "HUGEINT"
	Float       Kind = "FLOAT"
	Double      Kind = "DOUBLE"
	Decimal     Kind = "DECIMAL"
	Date        Kind = "DATE"
	Timestamp   Kind = "TIMESTAMP"
	TimestampTZ Kind = "TIMESTAMP WITH TIME ZONE"
	Varchar     Kind = "VARCHAR"
)

// arrowOf says which Arrow types carry a kind. Decimals and timestamps have more to compare, see Holds.
var arrowOf = map[Kind][]arrow.Type{
	Boolean:     {arrow.BOOL},
	TinyInt:     {arrow.INT8},
	SmallInt:    {arrow.INT16},
	Integer:     {arrow.INT32},
	BigInt:      {arrow.INT64},
	HugeInt:     {arrow.DECIMAL128},
	Float:       {arrow.FLOAT32},
	Double:      {arrow.FLOAT64},
	Decimal:     {arrow.DECIMAL32, arrow.DECIMAL64, arrow.DECIMAL128},
	Date:        {arrow.DATE32},
	Timestamp:   {arrow.TIMESTAMP},
	TimestampTZ: {arrow.TIMESTAMP},
	Varchar:     {arrow.STRING, arrow.LARGE_STRING},
}

// Type is the parsed form of Column.Type. Precision and Scale are those of a DECIMAL and 0 otherwise.
type Type struct {
	Kind             Kind
	Precision, Scale int
}

// ParseType reads a SQL type as the engine writes it, as BIGINT or DECIMAL(18,4); case does not matter.
// A type that not every target can hold, as a list or an interval, is an error.
func ParseType(sql string) (Type, error) {
	name, params, isDecimal := strings.Cut(strings.ToUpper(strings.TrimSpace(sql)), "(")
	kind := Kind(name)
	switch {
	case arrowOf[kind] == nil || isDecimal != (kind == Decimal):
		return Type{}, fmt.Errorf("type %q cannot be published: cast the column to one of BOOLEAN, BIGINT, DECIMAL(p,s), DOUBLE, DATE, TIMESTAMP or VARCHAR in the model", sql)
	case !isDecimal:
		return Type{Kind: kind}, nil
	}
	p, s, found := strings.Cut(strings.TrimSuffix(params, ")"), ",")
	precision, errP := strconv.Atoi(strings.TrimSpace(p))
	scale, errS := strconv.Atoi(strings.TrimSpace(s))
	if !found || !strings.HasSuffix(params, ")") || errP != nil || errS != nil ||
		precision < 1 || precision > 38 || scale < 0 || scale > precision {
		return Type{}, fmt.Errorf("type %q is not a decimal: give it as DECIMAL(p,s) with p from 1 to 38 and s from 0 to p", sql)
	}
	return Type{Kind: kind, Precision: precision, Scale: scale}, nil
}

// String gives the type as SQL.
func (t Type) String() string {
	if t.Kind == Decimal {
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale)
	}
	return string(t.Kind)
}

// Holds says whether an Arrow array of type dt carries values of type t without loss.
func (t Type) Holds(dt arrow.DataType) bool {
	fits := false
	for _, id := range arrowOf[t.Kind] {
		fits = fits || id == dt.ID()
	}
	switch dt := dt.(type) {
	case *arrow.TimestampType:
		return fits && dt.Unit == arrow.Microsecond && (dt.TimeZone != "") == (t.Kind == TimestampTZ)
	case arrow.DecimalType:
		if t.Kind == HugeInt {
			return fits && dt.GetScale() == 0
		}
		return fits && int(dt.GetPrecision()) == t.Precision && int(dt.GetScale()) == t.Scale
	}
	return fits
}
