package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"lastro/pipelines/demo"
)

// priceKey tells prices apart: most customers have prices of their own.
type priceKey struct {
	product, currency, use string // use: licensed, metered, one_time
	months                 int
	unit                   int64
}

// price is the price of a key, which must be there from a moment on.
func (g *ledger) price(k priceKey, from time.Time) *thing {
	t := g.prices[k]
	if t == nil {
		t = &thing{kind: "price", id: token(g.seed, "price_1", 23, k), created: from, product: k.product}
		t.show = func(time.Time) object { return priceObject(t, k) }
		g.prices[k] = t
		if k.use == "one_time" { // made within the line: not to be listed
			g.byID[t.id] = t
		} else {
			g.add(t)
			t.happened(from, "price.created")
		}
		return t
	}
	if from.Before(t.created) {
		t.created = from
		if len(t.moments) > 0 {
			t.moments[0].at = from
		}
	}
	return t
}

// partPrice sees to it that a part's price is there from a moment on.
func (g *ledger) partPrice(p demo.Part, currency string, months int, from time.Time) {
	g.price(priceKey{p.Product, currency, "licensed", months, p.Price}, from)
}

func planName(product string, months int) string {
	switch months {
	case 3:
		return product + "-trimestral"
	case 12:
		return product + "-anual"
	}
	return product + "-mensal"
}

func priceObject(t *thing, k priceKey) object {
	unit := minor(k.unit, k.currency)
	o := object{
		"id": t.id, "object": "price", "active": true, "billing_scheme": "per_unit", "created": t.created.Unix(),
		"currency": strings.ToLower(k.currency), "custom_unit_amount": nil, "livemode": false, "lookup_key": nil,
		"metadata": object{}, "nickname": nil, "product": k.product, "recurring": nil, "tax_behavior": "unspecified",
		"tiers_mode": nil, "transform_quantity": nil, "type": "one_time", "unit_amount": unit,
		"unit_amount_decimal": strconv.FormatInt(unit, 10),
	}
	if k.use == "one_time" {
		o["active"] = false
		return o
	}
	interval, count := "month", k.months
	if k.months == 12 {
		interval, count = "year", 1
	}
	o["type"] = "recurring"
	o["nickname"] = planName(k.product, k.months)
	o["metadata"] = object{"plan": planName(k.product, k.months)}
	o["recurring"] = object{
		"aggregate_usage": nil, "interval": interval, "interval_count": count, "meter": nil,
		"trial_period_days": nil, "usage_type": k.use,
	}
	if k.use == "metered" {
		o["recurring"].(object)["aggregate_usage"] = "sum"
		o["nickname"], o["metadata"] = k.product, object{}
	}
	return o
}

// zeroDecimal are the currencies whose smallest unit is the unit itself.
var zeroDecimal = map[string]bool{
	"BIF": true, "CLP": true, "DJF": true, "GNF": true, "JPY": true, "KMF": true, "KRW": true, "MGA": true,
	"PYG": true, "RWF": true, "UGX": true, "VND": true, "VUV": true, "XAF": true, "XOF": true, "XPF": true,
}

// minor is an amount of hundredths in the currency's smallest unit.
func minor(hundredths int64, currency string) int64 {
	if zeroDecimal[strings.ToUpper(currency)] {
		return hundredths / 100
	}
	return hundredths
}

var productNames = map[string]string{
	"essencial": "Prumo Essencial", "profissional": "Prumo Profissional", "empresa": "Prumo Empresa",
	"addon-analytics": "Analytics", "addon-fiscal": "Fiscal", "addon-integracoes": "Integrações",
	"addon-suporte-premium": "Suporte premium", "credito-parceria": "Crédito de parceria", "implantacao": "Implantação",
	"treinamento": "Treinamento", "credito-sla": "Crédito por indisponibilidade", "documentos-excedentes": "Documentos excedentes (100)",
}

func (g *ledger) addProducts(opened time.Time) {
	for id, name := range productNames {
		t := &thing{kind: "product", id: id, created: opened.Add(-24 * time.Hour)}
		t.show = func(time.Time) object {
			return object{
				"id": id, "object": "product", "active": true, "attributes": []any{}, "created": t.created.Unix(), "default_price": nil,
				"description": nil, "features": []any{}, "images": []any{}, "livemode": false, "marketing_features": []any{},
				"metadata": object{}, "name": name, "package_dimensions": nil, "shippable": nil, "statement_descriptor": nil,
				"tax_code": nil, "type": "service", "unit_label": nil, "updated": t.created.Unix(), "url": nil,
			}
		}
		t.happened(t.created, "product.created")
		g.add(t)
	}
}

// reduce is the discount that a subscription has in a term, with the coupon behind it; "" when it has none.
func (g *ledger) reduce(s *demo.Subscription, customer, subscription string, term demo.Term) string {
	if term.Percent == 0 {
		return ""
	}
	id := token(g.seed, "di_1", 23, s.ID, term.Percent, term.Duration)
	if _, ok := g.discount[id]; ok {
		return id
	}
	code, months := fmt.Sprintf("%s%d", strings.ToUpper(term.Duration), term.Percent), 0
	if term.Duration == "repeating" {
		months = term.Periods * s.Months
		code = fmt.Sprintf("%sX%d", code, months)
	}
	coupon := g.coupon(code, term, months)
	end := time.Time{}
	if months > 0 {
		end = term.From.AddDate(0, months, 0)
	}
	g.discount[id] = object{
		"id": id, "object": "discount", "checkout_session": nil, "coupon": coupon.show(term.From), "customer": customer,
		"end": epoch(end), "invoice": nil, "invoice_item": nil, "promotion_code": nil, "start": term.From.Unix(),
		"subscription": subscription, "subscription_item": nil,
	}
	return id
}

func (g *ledger) coupon(code string, term demo.Term, months int) *thing {
	from := g.lists["product"][0].created
	if t := g.coupons[code]; t != nil {
		return t
	}
	t := &thing{kind: "coupon", id: code, created: from}
	t.show = func(time.Time) object {
		o := object{
			"id": code, "object": "coupon", "amount_off": nil, "created": from.Unix(), "currency": nil, "duration": term.Duration,
			"duration_in_months": nil, "livemode": false, "max_redemptions": nil, "metadata": object{}, "name": code,
			"percent_off": term.Percent, "redeem_by": nil, "times_redeemed": 0, "valid": true,
		}
		if months > 0 {
			o["duration_in_months"] = months
		}
		return o
	}
	t.happened(from, "coupon.created")
	g.coupons[code] = g.add(t)
	return t
}
