package oracle

import "strconv"

var (
	accountColumns      = []string{"account_id", "name", "domain", "tax_id", "segment", "industry", "country", "acquisition_channel", "owner", "created_at"}
	historyColumns      = []string{"account_id", "valid_from", "segment", "industry", "country", "acquisition_channel"}
	subscriptionColumns = []string{"subscription_id", "account_id", "started_on", "ended_on", "canceled_at", "cancel_reason", "trial_start", "trial_end"}
	lineColumns         = []string{
		"line_id", "invoice_id", "account_id", "subscription_id", "product_id", "plan_id", "kind", "currency",
		"amount", "discount_amount", "discount_duration", "quantity", "interval_amount", "service_start", "service_end",
		"interval_unit", "interval_count", "is_proration", "invoice_status", "status_changed_at", "issued_at",
	}
	itemColumns    = []string{"item_id", "account_id", "subscription_id", "product_id", "plan_id", "quantity", "currency", "mrr", "starts_on", "ends_on"}
	invoiceColumns = []string{"invoice_id", "account_id", "issued_at", "due_at", "paid_at", "status", "total", "currency"}
	rateColumns    = []string{"day", "currency", "rate"}
)

func attributeCells(row Row, a Attributes) Row {
	row["segment"], row["industry"], row["country"], row["acquisition_channel"] = a.Segment, a.Industry, a.Country, a.AcquisitionChannel
	return row
}

func accountRow(a Account) Row {
	return attributeCells(Row{"account_id": a.ID, "name": a.Name, "domain": a.Domain, "created_at": a.CreatedAt.String()}, a.Attributes)
}

func historyRow(v AccountVersion) Row {
	return attributeCells(Row{"account_id": v.AccountID, "valid_from": v.ValidFrom.String()}, v.Attributes)
}

func subscriptionRow(s Subscription) Row {
	return Row{
		"subscription_id": s.ID, "account_id": s.AccountID,
		"started_on": dayText(s.StartedOn), "ended_on": dayText(s.EndedOn), "canceled_at": s.CanceledAt.String(),
	}
}

func lineRow(l Line) Row {
	return Row{
		"line_id": l.ID, "invoice_id": l.InvoiceID, "account_id": l.AccountID, "subscription_id": l.SubscriptionID,
		"product_id": l.ProductID, "plan_id": l.PlanID, "kind": l.Kind, "currency": l.Currency,
		"amount": plainMoney(l.Amount), "discount_amount": plainMoney(l.DiscountAmount), "discount_duration": l.DiscountDuration,
		"quantity": decimalText(l.Quantity), "interval_amount": plainMoney(l.IntervalAmount),
		"service_start": l.ServiceStart.String(), "service_end": l.ServiceEnd.String(),
		"interval_unit": l.IntervalUnit, "interval_count": countText(l.IntervalCount),
		"is_proration": strconv.FormatBool(l.IsProration), "invoice_status": l.InvoiceStatus,
		"status_changed_at": l.StatusChangedAt.String(), "issued_at": l.IssuedAt.String(),
	}
}

func itemRow(i Item) Row {
	return Row{
		"item_id": i.ID, "account_id": i.AccountID, "subscription_id": i.SubscriptionID,
		"product_id": i.ProductID, "plan_id": i.PlanID, "quantity": decimalText(i.Quantity),
		"currency": i.Currency, "mrr": plainMoney(i.MRR), "starts_on": i.StartsOn.String(), "ends_on": dayText(i.EndsOn),
	}
}

func invoiceRow(i Invoice) Row {
	return Row{
		"invoice_id": i.ID, "account_id": i.AccountID, "issued_at": i.IssuedAt.String(), "due_at": i.DueAt.String(),
		"paid_at": i.PaidAt.String(), "status": i.Status, "total": plainMoney(i.Total), "currency": i.Currency,
	}
}

func rateRow(r Rate) Row {
	return Row{"day": r.Day.String(), "currency": r.Currency, "rate": decimalText(r.Rate)}
}
