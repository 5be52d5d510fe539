package load_test

import (
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"lastro/load"
)

func TestParseType(t *testing.T) {
	for in, want := range map[string]string{
		"bigint": "BIGINT", " DECIMAL(18,4) ": "DECIMAL(18,4)", "decimal(38, 0)": "DECIMAL(38,0)", "Timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
	} {
		if got, err := load.ParseType(in); err != nil || got.String() != want {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "INTERVAL", "BIGINT[]", "STRUCT(a INTEGER)", "DECIMAL", "DECIMAL(18)", "DECIMAL(39,0)", "DECIMAL(4,5)", "DECIMAL(18,4); drop table x", "BIGINT(4)", "TIME"} {
		if got, err := load.ParseType(in); err == nil {
			t.Errorf("%q is taken for %v", in, got)
		}
	}
}

func TestHolds(t *testing.T) {
	micros := &arrow.TimestampType{Unit: arrow.Microsecond}
	for _, c := range []struct {
		sql  string
		dt   arrow.DataType
		want bool
	}{
		{"BIGINT", arrow.PrimitiveTypes.Int64, true},
		{"BIGINT", arrow.PrimitiveTypes.Int32, false},
		{"DECIMAL(18,4)", &arrow.Decimal128Type{Precision: 18, Scale: 4}, true},
		{"DECIMAL(18,4)", &arrow.Decimal64Type{Precision: 18, Scale: 4}, true},
		{"DECIMAL(18,4)", &arrow.Decimal128Type{Precision: 18, Scale: 2}, false},
		{"HUGEINT", &arrow.Decimal128Type{Precision: 38}, true},
		{"TIMESTAMP", micros, true},
		{"TIMESTAMP WITH TIME ZONE", micros, false},
		{"TIMESTAMP", &arrow.TimestampType{Unit: arrow.Nanosecond}, false},
		{"TIMESTAMP", &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, false},
		{"VARCHAR", arrow.BinaryTypes.LargeString, true},
		{"VARCHAR", arrow.BinaryTypes.Binary, false},
	} {
		typ, err := load.ParseType(c.sql)
		if err != nil {
			t.Fatal(err)
		}
		if got := typ.Holds(c.dt); got != c.want {
			t.Errorf("%s in %s: %v", c.sql, c.dt, got)
		}
	}
}

func TestValidateRun(t *testing.T) {
	for _, p := range []load.Publication{
		{RunID: ""}, {RunID: "../x"}, {RunID: "a b"}, {RunID: "r1", AsOf: "31/01/2025"}, {RunID: "r1"}, {RunID: strings.Repeat("x", 101)},
	} {
		if err := p.Validate(); err == nil {
			t.Errorf("%+v passes", p)
		}
	}
}
