package sandbox

import "maps"

// basil is the first version in which a line names its price by the id alone, clover that in which a discount
// names its coupon so.
const (
	basil  = "2025-03-31"
	clover = "2025-09-30"
)

// versioned shows an object as the asked version of the API does. Objects come in the shapes of acacia.
func (q *stripeQuery) versioned(o object) object {
	if q.version < basil {
		return o
	}
	switch o["object"] {
	case "subscription":
		return q.newSubscription(o)
	case "invoice":
		return q.newInvoice(o)
	}
	return o
}

func (q *stripeQuery) newSubscription(o object) object {
	o = maps.Clone(o)
	list := maps.Clone(o["items"].(object))
	var items []any
	for _, i := range list["data"].([]any) {
		item := maps.Clone(i.(object))
		item["current_period_start"], item["current_period_end"] = o["current_period_start"], o["current_period_end"]
		items = append(items, item)
	}
	list["data"], o["items"] = items, list
	for _, gone := range []string{"discount", "current_period_start", "current_period_end"} {
		delete(o, gone)
	}
	return o
}

func (q *stripeQuery) newInvoice(o object) object {
	o = maps.Clone(o)
	o["parent"] = nil
	if s := o["subscription"]; s != nil {
		o["parent"] = object{"type": "subscription_details", "quote_details": nil,
			"subscription_details": object{"metadata": object{}, "subscription": s}}
	}
	list := maps.Clone(o["lines"].(object))
	var lines []any
	for _, l := range list["data"].([]any) {
		lines = append(lines, q.versionedLine(l.(object)))
	}
	list["data"], o["lines"] = lines, list
	for _, gone := range []string{"subscription", "discount", "paid", "tax", "total_tax_amounts"} {
		delete(o, gone)
	}
	o["total_taxes"] = []any{}
	return o
}

// versionedLine is a line of an invoice as the asked version shows it.
func (q *stripeQuery) versionedLine(line object) object {
	if q.version < basil {
		return line
	}
	o := maps.Clone(line)
	details := object{"proration": o["proration"], "proration_details": o["proration_details"], "subscription": o["subscription"]}
	parent := object{"type": "subscription_item_details", "invoice_item_details": nil, "subscription_item_details": details}
	if o["type"] == "invoiceitem" {
		details["invoice_item"] = o["invoice_item"]
		parent["type"], parent["invoice_item_details"], parent["subscription_item_details"] = "invoice_item_details", details, nil
	} else {
		details["invoice_item"], details["subscription_item"] = nil, o["subscription_item"]
	}
	o["parent"] = parent
	price := o["price"].(object)
	o["pricing"] = object{"type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"],
		"price_details": object{"price": price["id"], "product": price["product"]}}
	for _, gone := range []string{"type", "subscription", "subscription_item", "invoice_item", "proration", "proration_details",
		"price", "plan", "amount_excluding_tax", "tax_amounts", "tax_rates"} {
		delete(o, gone)
	}
	o["taxes"] = []any{}
	return o
}

func (q *stripeQuery) versionedDiscount(d object) object {
	if q.version < clover {
		return d
	}
	o := maps.Clone(d)
	o["source"] = object{"type": "coupon", "coupon": d["coupon"].(object)["id"]}
	delete(o, "coupon")
	return o
}
