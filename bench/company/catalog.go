package company

// segment is a size of customer and how such customers behave; odds are in 10,000, a month unless said otherwise.
type segment struct {
	name   string
	seats  [2]int // at the start
	terms  [3]int // weights of paying by the month, quarter and year
	leave  int
	grow   int
	shrink int
	adopt  int // an add-on
	drop   int // an add-on
	byDeal int // accounts billed by contract, whose revenue comes as subscription items
	due    int // days to pay
}

var segments = []segment{
	{"smb", [2]int{1, 8}, [3]int{70, 15, 15}, 320, 110, 90, 90, 60, 100, 10},
	{"mid", [2]int{6, 40}, [3]int{52, 18, 30}, 180, 170, 80, 130, 50, 700, 15},
	{"enterprise", [2]int{30, 200}, [3]int{22, 18, 60}, 90, 220, 70, 160, 40, 3000, 30},
}

// product is sold by the seat, or once per customer. Its price is cents of BRL a month.
type product struct {
	name   string
	bySeat bool
	price  int64
}

var (
	tiers  = []product{{"core", true, 4990}, {"pro", true, 8990}, {"business", true, 14990}}
	addons = []product{{"analytics", false, 19900}, {"support", false, 29900}, {"api", false, 12900}, {"storage", true, 790}}
)

var terms = []struct {
	months      int
	plan        string
	unit, count string
	paidMonths  int64 // in 12: who pays by the year gets two months free
}{
	{1, "monthly", "month", "1", 12},
	{3, "quarterly", "month", "3", 12},
	{12, "yearly", "year", "1", 10},
}

var (
	industries = []string{"retail", "health", "fintech", "education", "logistics", "manufacturing", "media", ""}
	channels   = []string{"organic", "paid", "referral", "partner", "outbound", ""}
	countries  = []struct{ name, currency string }{
		{"BR", "BRL"}, {"US", "USD"}, {"PT", "EUR"}, {"DE", "EUR"}, {"ES", "EUR"}, {"", "BRL"},
	}
	reasons = []string{"price", "missing_feature", "closed_business", "competitor", "no_use", ""}
	first   = []string{"Silva", "Souza", "Oliveira", "Santos", "Pereira", "Costa", "Almeida", "Nascimento", "Barbosa", "Ribeiro"}
	second  = []string{"Comércio", "Saúde", "Logística", "Educação", "Tecnologia", "Alimentos", "Serviços", "Mídia"}
	endings = []string{"Ltda", "S.A.", "ME", "GmbH", "Lda", "Inc."}
)

// units of a currency for one real, in thousandths, that list prices were set at.
var priceRate = map[string]int64{"BRL": 1000, "USD": 200, "EUR": 180}

// rates are those of every working day, a walk around 5 and 5.50 reais.
func rates() []byte {
	chance := dice(mix(7))
	var text []byte
	usd, eur := 53_000, 62_000
	for d := books - 31; d <= known; d++ {
		usd += chance.between(-250, 250) + (53_000-usd)/200
		eur += chance.between(-250, 250) + (60_000-eur)/200
		if weekday := (int(d) + 4) % 7; weekday == 0 || weekday == 6 {
			continue
		}
		for _, rate := range []struct {
			currency string
			value    int
		}{{"USD", usd}, {"EUR", eur}} {
			text = append(appendDay(text, d), ","+rate.currency+","...)
			text = append(appendCents(text, int64(rate.value/100)), byte('0'+rate.value/10%10), byte('0'+rate.value%10), '\n')
		}
	}
	return text
}
