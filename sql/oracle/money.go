package oracle

import (
	"math/big"
	"strconv"
)

var ratZero = new(big.Rat)

// round4 rounds to 4 decimals, half away from zero.
func round4(x *big.Rat) *big.Rat { return roundTo(x, 10000) }

// roundTo rounds to whole parts of 1/parts, half away from zero.
func roundTo(x *big.Rat, parts int64) *big.Rat {
	scaled := new(big.Int).Mul(x.Num(), big.NewInt(parts))
	quotient, remainder := new(big.Int).QuoRem(scaled, x.Denom(), new(big.Int)) // towards zero
	if remainder.Lsh(remainder.Abs(remainder), 1).Cmp(x.Denom()) >= 0 {
		quotient.Add(quotient, big.NewInt(int64(x.Sign())))
	}
	return new(big.Rat).SetFrac(quotient, big.NewInt(parts))
}

func add(x, y *big.Rat) *big.Rat { return new(big.Rat).Add(x, y) }
func sub(x, y *big.Rat) *big.Rat { return new(big.Rat).Sub(x, y) }
func mul(x, y *big.Rat) *big.Rat { return new(big.Rat).Mul(x, y) }
func quo(x, y *big.Rat) *big.Rat { return new(big.Rat).Quo(x, y) }
func neg(x *big.Rat) *big.Rat    { return new(big.Rat).Neg(x) }
func whole(n int) *big.Rat       { return new(big.Rat).SetInt64(int64(n)) }

func larger(x, y *big.Rat) *big.Rat {
	if x.Cmp(y) >= 0 {
		return x
	}
	return y
}

func smaller(x, y *big.Rat) *big.Rat {
	if x.Cmp(y) <= 0 {
		return x
	}
	return y
}

// moneyText writes money with its 4 decimals.
func moneyText(x *big.Rat) string { return x.FloatString(4) }

// ratioText writes x/y as the nearest double, and "" (NULL) when y is 0.
func ratioText(x, y *big.Rat) string {
	if y.Sign() == 0 {
		return ""
	}
	return exactText(quo(x, y))
}

// exactText writes an exact ratio as the nearest double.
func exactText(x *big.Rat) string {
	nearest, _ := x.Float64()
	return doubleText(nearest)
}

func doubleText(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// decimalText writes a number that has a finite decimal form, nil as "".
func decimalText(x *big.Rat) string {
	if x == nil {
		return ""
	}
	digits, _ := x.FloatPrec()
	return x.FloatString(digits)
}
