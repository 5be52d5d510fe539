package demo

import (
	"encoding/json"
	"fmt"
)

// Money is an amount in ten-thousandths, as METRICS keeps them.
type Money int64

// rounded is numerator / denominator, half away from zero.
func rounded(numerator, denominator int64) int64 {
	if numerator < 0 {
		return -((-2*numerator + denominator) / (2 * denominator))
	}
	return (2*numerator + denominator) / (2 * denominator)
}

func (m Money) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	return fmt.Sprintf("%s%d.%04d", sign, m/10_000, m%10_000)
}

// MarshalJSON writes the amount as text, so that no reader makes a float of it.
func (m Money) MarshalJSON() ([]byte, error) { return json.Marshal(m.String()) }
