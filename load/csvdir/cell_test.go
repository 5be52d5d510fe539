package csvdir

import (
	"math/big"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"pgregory.net/rapid"
)

func text(t *rapid.T, b array.Builder) string {
	column := b.NewArray()
	defer column.Release()
	write, err := newCell(column)
	if err != nil {
		t.Fatal(err)
	}
	line, err := write([]byte("x"), 0)
	if err != nil {
		t.Fatal(err)
	}
	return string(line[1:])
}

func TestDecimalsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.Int32Range(0, 38).Draw(t, "scale")
		n := new(big.Int).SetUint64(rapid.Uint64().Draw(t, "high"))
		n.Lsh(n, 64).Add(n, new(big.Int).SetUint64(rapid.Uint64().Draw(t, "low")))
		n.Rsh(n, rapid.UintRange(2, 127).Draw(t, "shift"))
		if n.Cmp(new(big.Int).Exp(big.NewInt(10), big.NewInt(38), nil)) >= 0 {
			n.Rsh(n, 3)
		}
		if rapid.Bool().Draw(t, "negative") {
			n.Neg(n)
		}
		b := array.NewDecimal128Builder(memory.DefaultAllocator, &arrow.Decimal128Type{Precision: 38, Scale: scale})
		b.Append(decimal128.FromBigInt(n))
		want := new(big.Rat).SetFrac(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)).FloatString(int(scale))
		if got := text(t, b); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}

func TestDatesAreThoseOfTheCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		micros := rapid.Int64Range(firstDay*24*60*60*1e6, (lastDay+1)*24*60*60*1e6-1).Draw(t, "micros")
		if rapid.Bool().Draw(t, "whole second") {
			micros -= micros % 1e6
		}
		at := time.UnixMicro(micros).UTC()
		b := array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Microsecond})
		b.Append(arrow.Timestamp(micros))
		if got := text(t, b); got != at.Format(time.RFC3339Nano) {
			t.Fatalf("got %s, want %s", got, at.Format(time.RFC3339Nano))
		}
		d := array.NewDate32Builder(memory.DefaultAllocator)
		d.Append(arrow.Date32FromTime(at))
		if got := text(t, d); got != at.Format(time.DateOnly) {
			t.Fatalf("got %s, want %s", got, at.Format(time.DateOnly))
		}
	})
}

func TestAppendText(t *testing.T) {
	for in, want := range map[string]string{
		"": `""`, "a": "a", "a,b": `"a,b"`, `"`: `""""`, "\n": "\"\n\"", "a\rb": "\"a\rb\"", " a": `" a"`, "a\t": "\"a\t\"", "a b": "a b", "NULL": "NULL",
	} {
		if got := string(appendText(nil, in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}
