package oracle

import "errors"

// Load reads a company from a directory of canonical CSV files: accounts,
// account_history, subscriptions, invoice_lines, subscription_items, invoices and
// fx_rates. A file that is not there has no rows; other columns are passed over.
func Load(dir string) (Company, error) {
	var c Company
	err := errors.Join(
		readRecords(dir, "accounts", func(r *record) {
			c.Accounts = append(c.Accounts, Account{
				ID: r.text("account_id"), Name: r.text("name"), Domain: r.text("domain"),
				Attributes: readAttributes(r), CreatedAt: r.stamp("created_at"),
			})
		}),
		readRecords(dir, "account_history", func(r *record) {
			c.History = append(c.History, AccountVersion{
				AccountID: r.text("account_id"), ValidFrom: r.day("valid_from"), Attributes: readAttributes(r),
			})
		}),
		readRecords(dir, "subscriptions", func(r *record) {
			c.Subscriptions = append(c.Subscriptions, Subscription{
				ID: r.text("subscription_id"), AccountID: r.text("account_id"),
				StartedOn: r.optionalDay("started_on"), EndedOn: r.optionalDay("ended_on"), CanceledAt: r.stamp("canceled_at"),
			})
		}),
		readRecords(dir, "invoice_lines", func(r *record) { c.Lines = append(c.Lines, readLine(r)) }),
		readRecords(dir, "subscription_items", func(r *record) {
			c.Items = append(c.Items, Item{
				ID: r.text("item_id"), AccountID: r.text("account_id"), SubscriptionID: r.text("subscription_id"),
				ProductID: r.text("product_id"), PlanID: r.text("plan_id"), Quantity: r.optionalNumber("quantity"),
				Currency: r.text("currency"), MRR: r.number("mrr"),
				StartsOn: r.day("starts_on"), EndsOn: r.optionalDay("ends_on"),
			})
		}),
		readRecords(dir, "invoices", func(r *record) {
			c.Invoices = append(c.Invoices, Invoice{
				ID: r.text("invoice_id"), AccountID: r.text("account_id"),
				IssuedAt: r.stamp("issued_at"), DueAt: r.stamp("due_at"), PaidAt: r.stamp("paid_at"),
				Status: r.text("status"), Total: r.optionalNumber("total"), Currency: r.text("currency"),
			})
		}),
		readRecords(dir, "fx_rates", func(r *record) {
			c.Rates = append(c.Rates, Rate{Day: r.day("day"), Currency: r.text("currency"), Rate: r.number("rate")})
		}),
	)
	return c, err
}

func readLine(r *record) Line {
	return Line{
		ID: r.text("line_id"), InvoiceID: r.text("invoice_id"), AccountID: r.text("account_id"),
		SubscriptionID: r.text("subscription_id"), ProductID: r.text("product_id"), PlanID: r.text("plan_id"),
		Kind: r.text("kind"), Currency: r.text("currency"), Amount: r.number("amount"),
		DiscountAmount: r.optionalNumber("discount_amount"), DiscountDuration: r.text("discount_duration"),
		Quantity: r.optionalNumber("quantity"), IntervalAmount: r.optionalNumber("interval_amount"),
		ServiceStart: r.day("service_start"), ServiceEnd: r.day("service_end"),
		IntervalUnit: r.text("interval_unit"), IntervalCount: r.integer("interval_count"),
		IsProration: r.truth("is_proration"), InvoiceStatus: r.text("invoice_status"),
		StatusChangedAt: r.stamp("status_changed_at"), IssuedAt: r.stamp("issued_at"),
	}
}

func readAttributes(r *record) Attributes {
	return Attributes{
		Segment: r.text("segment"), Industry: r.text("industry"),
		Country: r.text("country"), AcquisitionChannel: r.text("acquisition_channel"),
	}
}
