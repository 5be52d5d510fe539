package pipelines

import (
	"strings"
	"testing"
	"time"
)

func configIn(t *testing.T, zone, asOf string) *Config {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return &Config{Timezone: zone, Location: location, AsOfDate: asOf}
}

func TestAsOf(t *testing.T) {
	for _, each := range []struct {
		name, zone, now, file, flag  string
		date, from, warning, mistake string
	}{
		{name: "yesterday there, not here", zone: "America/Sao_Paulo", now: "2025-09-01T02:30:00Z", date: "2025-08-30", from: "yesterday"},
		{name: "yesterday", zone: "UTC", now: "2025-09-01T02:30:00Z", date: "2025-08-31", from: "yesterday"},
		{name: "yesterday across a month", zone: "UTC", now: "2024-03-01T00:00:00Z", date: "2024-02-29", from: "yesterday"},
		{name: "yesterday, no midnight today", zone: "America/Sao_Paulo", now: "2018-11-04T03:30:00Z", date: "2018-11-03", from: "yesterday"},
		{name: "the file", zone: "UTC", now: "2025-09-01T02:30:00Z", file: "2025-06-30", date: "2025-06-30", from: "as_of of the pipeline file"},
		{name: "the flag wins", zone: "UTC", now: "2025-09-01T02:30:00Z", file: "2025-06-30", flag: "2025-05-31", date: "2025-05-31", from: "--as-of"},
		{name: "today", zone: "America/Sao_Paulo", now: "2025-09-01T02:30:00Z", flag: "2025-08-31", date: "2025-08-31", from: "--as-of",
			warning: "it is 2025-08-31 23:30 in America/Sao_Paulo"},
		{name: "no date", zone: "UTC", now: "2025-09-01T02:30:00Z", flag: "31.8.2025", mistake: "write it as 2025-08-31"},
		{name: "no such day", zone: "UTC", now: "2025-09-01T02:30:00Z", flag: "2025-06-31", mistake: "a day that no calendar has"},
	} {
		t.Run(each.name, func(t *testing.T) {
			got, err := configIn(t, each.zone, each.file).AsOf(each.flag, moment(t, each.now))
			if each.mistake != "" {
				if err == nil || !strings.Contains(err.Error(), each.mistake) {
					t.Fatalf("got %+v, %v, want a mistake with %q", got, err, each.mistake)
				}
				return
			}
			if err != nil || got.Date != each.date || got.From != each.from || (each.warning == "") != (got.Warning == "") || !strings.Contains(got.Warning, each.warning) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestAsKnown(t *testing.T) {
	now := "2025-09-01T12:00:00Z"
	for _, each := range []struct{ name, zone, text, want, mistake string }{
		{"nothing", "UTC", "", "", ""},
		{"a run", "UTC", "20250831T023000Z-1a2b3c", "20250831T023000Z-1a2b3c", ""},
		{"a day in its zone", "America/Sao_Paulo", "2025-08-31", "2025-09-01T02:59:59.999999Z", ""},
		{"a day before one without midnight", "America/Sao_Paulo", "2018-11-03", "2018-11-04T02:59:59.999999Z", ""},
		{"a day without midnight", "America/Sao_Paulo", "2018-11-04", "2018-11-05T01:59:59.999999Z", ""},
		{"a day of 25 hours", "America/Sao_Paulo", "2018-02-17", "2018-02-18T02:59:59.999999Z", ""},
		{"today", "UTC", "2025-09-01", "2025-09-01T23:59:59.999999Z", ""},
		{"RFC 3339", "UTC", "2025-08-31T18:00:00.5-03:00", "2025-08-31T21:00:00.5Z", ""},
		{"without a zone", "America/Sao_Paulo", " 2025-08-31 18:00 ", "2025-08-31T21:00:00Z", ""},
		{"a coming day", "UTC", "2025-09-02", "", "lies in the future"},
		{"a coming moment", "UTC", "2025-09-01T12:00:01Z", "", "lies in the future"},
		{"no run id", "UTC", "20250831T023000Z-1A2B3C", "", "is no time and no run"},
		{"no day", "UTC", "2025-02-30", "", "is no time and no run"},
	} {
		t.Run(each.name, func(t *testing.T) {
			got, err := configIn(t, each.zone, "").AsKnown(each.text, moment(t, now))
			if each.mistake != "" {
				if err == nil || !strings.Contains(err.Error(), each.mistake) {
					t.Fatalf("got %v, %v, want a mistake with %q", got, err, each.mistake)
				}
				return
			}
			if err != nil || got.String() != each.want || got.IsZero() != (each.text == "") {
				t.Errorf("got %s, %v, want %s", got, err, each.want)
			}
		})
	}
}

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
