package files

import "testing"

func TestSmoke(t *testing.T) {
	w := newWorld(t, map[string]string{
		"fx_rates.csv": "day,currency,rate\n2024-01-01,USD,5.1\n2024-01-01,EUR,0\n2024-01-02,USD,5.2\n2024-01-02,USD,5.2\n2024-01-03,USD,5.3\n2024-01-03,USD,5.4\nx,y\n",
		"events.csv": "a,b\n1,2\n1,2\n3,4\n",
	})
	r := w.read()
	equal(t, "fx", counts(r, "fx_rates"), "7 = 2 + 1 + 4")
	equal(t, "events", counts(r, "events"), "3 = 2 + 1 + 0")
	same(t, "current", w.current("fx_rates", "day, currency, rate, _file, _line"), "x")
	same(t, "q", w.quarantine())
	same(t, "r", w.records())
}
