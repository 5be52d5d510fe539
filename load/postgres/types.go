package postgres

import (
	"fmt"

	"lastro/load"
)

// typeName gives the PostgreSQL type of a column as format_type spells it.
func typeName(t load.Type) string {
	switch t.Kind {
	case load.Boolean:
		return "boolean"
	case load.TinyInt, load.SmallInt:
		return "smallint"
	case load.Integer:
		return "integer"
	case load.BigInt:
		return "bigint"
	case load.HugeInt:
		return "numeric(38,0)"
	case load.Float:
		return "real"
	case load.Double:
		return "double precision"
	case load.Decimal:
		return fmt.Sprintf("numeric(%d,%d)", t.Precision, t.Scale)
	case load.Date:
		return "date"
	case load.Timestamp:
		return "timestamp without time zone" // UTC, as in the other targets
	case load.TimestampTZ:
		return "timestamp with time zone"
	}
	return "text"
}

// width is how many bytes of a record a value takes: as many as in an Arrow array; 8 for decimals that fit, else 16; 16
// for a text.
func width(t load.Type) int {
	switch t.Kind {
	case load.Boolean, load.TinyInt:
		return 1
	case load.SmallInt:
		return 2
	case load.Integer, load.Float, load.Date:
		return 4
	case load.BigInt, load.Double, load.Timestamp, load.TimestampTZ:
		return 8
	case load.Decimal:
		if t.Precision <= 18 {
			return 8
		}
	}
	return 16
}

// PostgreSQL counts days and microseconds from 2000-01-01, Arrow from 1970-01-01.
const (
	epochDays   = 10_957
	epochMicros = epochDays * 86_400_000_000
)

// pgDate and pgMicros keep the ends, which are -infinity and infinity on both sides, and stop short of them.
func pgDate(days int32) int32 {
	switch {
	case days == maxInt32:
		return maxInt32
	case days == -maxInt32:
		return -maxInt32 - 1
	case days < -maxInt32+epochDays:
		return -maxInt32 // out of range for the server, which says so
	}
	return days - epochDays
}

func pgMicros(micros int64) int64 {
	switch {
	case micros == maxInt64:
		return maxInt64
	case micros == -maxInt64:
		return -maxInt64 - 1
	case micros < -maxInt64+epochMicros:
		return -maxInt64
	}
	return micros - epochMicros
}

// arrowDate and arrowMicros are the reverse.
func arrowDate(days int32) int32 {
	switch days {
	case maxInt32:
		return maxInt32
	case -maxInt32 - 1:
		return -maxInt32
	}
	return days + epochDays
}

func arrowMicros(micros int64) int64 {
	switch micros {
	case maxInt64:
		return maxInt64
	case -maxInt64 - 1:
		return -maxInt64
	}
	return micros + epochMicros
}

const (
	maxInt32 = 1<<31 - 1
	maxInt64 = 1<<63 - 1
)
