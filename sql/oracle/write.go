package oracle

import (
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
)

// WriteCompany writes a company to a directory as the canonical CSV files that Load
// reads, in the order its records have. Every file is written, also an empty one.
func WriteCompany(dir string, c Company) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("writing company: %w", err)
	}
	file := func(name string, columns []string, rows []Row) error {
		return writeRows(filepath.Join(dir, name+".csv"), columns, rows)
	}
	err := errors.Join(
		file("accounts", accountColumns, rowsOf(c.Accounts, accountRow)),
		file("account_history", historyColumns, rowsOf(c.History, historyRow)),
		file("subscriptions", subscriptionColumns, rowsOf(c.Subscriptions, subscriptionRow)),
		file("invoice_lines", lineColumns, rowsOf(c.Lines, lineRow)),
		file("subscription_items", itemColumns, rowsOf(c.Items, itemRow)),
		file("invoices", invoiceColumns, rowsOf(c.Invoices, invoiceRow)),
		file("fx_rates", rateColumns, rowsOf(c.Rates, rateRow)),
	)
	if err != nil {
		return fmt.Errorf("writing company to %s: %w", dir, err)
	}
	return nil
}

func rowsOf[T any](records []T, toRow func(T) Row) []Row {
	rows := make([]Row, len(records))
	for i, record := range records {
		rows[i] = toRow(record)
	}
	return rows
}

func dayText(day *Day) string {
	if day == nil {
		return ""
	}
	return day.String()
}

// plainMoney writes an amount with 2 decimals, or as many as it needs.
func plainMoney(x *big.Rat) string {
	if x == nil {
		return ""
	}
	digits, _ := x.FloatPrec()
	return x.FloatString(max(digits, 2))
}

func countText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
