package oracle

import (
	"fmt"
	"math/big"
)

// bookCases are whole books that move from the close of January to that of
// February 2024: each account's monthly price before and after, 0 when it leaves.
func bookCases() []Case {
	return []Case{
		{
			Name: "opening 100, churn 10, contraction 10, expansion 10", Company: movedBook([][2]int64{{10, 0}, {20, 10}, {30, 40}, {40, 40}}), Settings: DefaultSettings(Date(2024, 2, 29)),
			Facts: []Fact{
				kept("month|2024-02-01", "opening_mrr", "100"),
				kept("month|2024-02-01", "gross_mrr_churn_rate", "0.2"),
				kept("month|2024-02-01", "net_mrr_churn_rate", "0.1"),
				kept("month|2024-02-01", "logo_churn_rate", "0.25"),
				rolled("month|2024-02-01", "quick_ratio", "0.5"),
				rolled("month|2024-02-01", "closing_mrr", "90"),
			},
		},
		{
			Name: "opening 10.0M, contraction 0.6, churn 0.9, expansion 1.8", Company: movedBook([][2]int64{{900_000, 0}, {2_000_000, 1_400_000}, {3_000_000, 4_800_000}, {4_100_000, 4_100_000}}), Settings: DefaultSettings(Date(2024, 2, 29)),
			Facts: []Fact{
				kept("month|2024-02-01", "grr", "0.85"),
				kept("month|2024-02-01", "nrr", "1.03"),
				kept("month|2024-02-01", "nrr_reported", "1.03"),
			},
		},
		{
			Name: "gross retention takes the minimum per customer", Company: movedBook([][2]int64{{100, 50}, {100, 200}}), Settings: DefaultSettings(Date(2024, 2, 29)),
			Facts: []Fact{
				kept("month|2024-02-01", "grr", "0.75"),
				kept("month|2024-02-01", "nrr", "1.25"),
				kept("month|2024-02-01", "gross_retained_mrr", "150"),
			},
		},
	}
}

func movedBook(prices [][2]int64) Company {
	var s story
	for i, price := range prices {
		account, subscription := fmt.Sprintf("acc_%d", i), fmt.Sprintf("sub_%d", i)
		s.months(account, subscription, "core", money(price[0]), Date(2024, 1, 1), 1)
		if price[1] > 0 {
			s.months(account, subscription, "core", money(price[1]), Date(2024, 2, 1), 1)
		}
	}
	return s.company
}

// couponCases are books under coupons: what the MRR of May 2024 is.
func couponCases() []Case {
	var deal story
	for i := range 77 {
		deal.months(fmt.Sprintf("acc_%02d", i), fmt.Sprintf("sub_%02d", i), "core", money(15), Date(2024, 5, 1), 1, discounted(money(14), "once"))
	}
	return []Case{
		couponCase("100 monthly of 100 and 50 yearly of 600", "12500"),
		couponCase("half off for ever halves it", "6250", "forever"),
		couponCase("half off one month changes nothing", "12500", "once"),
		{
			Name: "77 subscriptions of 15 with 14 off once", Company: deal.company, Settings: DefaultSettings(Date(2024, 5, 31)),
			Facts: []Fact{rolled("month|2024-05-01", "closing_mrr", "1155"), rolled("month|2024-05-01", "arpa", "15")},
		},
	}
}

// couponCase has 100 accounts of 100 a month and 50 of 600 a year; a coupon of half
// the price lasts for ever on all of them, or once, one month, on the monthly ones.
func couponCase(name, mrr string, durations ...string) Case {
	var s story
	var monthly, annual []func(*Line)
	for _, duration := range durations {
		monthly = append(monthly, discounted(money(50), duration))
		if duration == "forever" {
			annual = append(annual, discounted(money(300), duration))
		}
	}
	for i := range 150 {
		account, subscription := fmt.Sprintf("acc_%03d", i), fmt.Sprintf("sub_%03d", i)
		if i < 100 {
			s.months(account, subscription, "core", money(100), Date(2024, 5, 1), 1, monthly...)
			continue
		}
		s.year(account, subscription, "core", money(600), Date(2024, 5, 1), annual...)
	}
	closing, _ := new(big.Rat).SetString(mrr)
	return Case{
		Name: name, Company: s.company, Settings: DefaultSettings(Date(2024, 5, 31)),
		Facts: []Fact{
			rolled("month|2024-05-01", "closing_mrr", mrr),
			rolled("month|2024-05-01", "closing_accounts", "150"),
			rolled("month|2024-05-01", "arpa", ratioText(closing, whole(150))),
		},
	}
}
