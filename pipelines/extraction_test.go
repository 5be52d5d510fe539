package pipelines

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"lastro/extract/rest/spec"
)

func apiConfig() *Config {
	connector := &spec.Connector{Connector: "desk", Resources: []spec.Resource{{Name: "customers"}, {Name: "plans"}, {Name: "events", Hidden: true}}}
	return &Config{Sources: []Source{
		{Name: "books", Kind: "files"},
		{Name: "desk", Kind: "rest", Rest: &Rest{Spec: connector, Streams: []string{"customers", "plans"}}},
	}}
}

func TestExtractionCheck(t *testing.T) {
	files := &Config{Sources: []Source{{Name: "books", Kind: "files"}}}
	for _, c := range []struct {
		extraction Extraction
		config     *Config
		want       string // a part of the problem; "" is none
	}{
		{Extraction{}, files, ""},
		{Extraction{Streams: []string{"desk.plans", "books"}, FullRefresh: true}, apiConfig(), ""},
		{Extraction{Start: "2025-01-01"}, apiConfig(), ""},
		{Extraction{Start: "2025-01-01", End: "2025-01-01T00:00:01Z"}, apiConfig(), ""},
		{Extraction{FullRefresh: true}, files, "no source of kind rest"},
		{Extraction{Start: "2025-01-01"}, files, "no source of kind rest"},
		{Extraction{End: "2025-01-01"}, apiConfig(), "needs --start"},
		{Extraction{Start: "2025-01-01", FullRefresh: true}, apiConfig(), "exclude each other"},
		{Extraction{Start: "2025-02-30"}, apiConfig(), "neither a day"},
		{Extraction{Start: "2025-01-01", End: "1/2/2025"}, apiConfig(), "neither a day"},
		{Extraction{Start: "2025-01-01", End: "2025-01-01"}, apiConfig(), "not after"},
		{Extraction{Streams: []string{"desk.plan"}}, apiConfig(), "did you mean plans?"},
		{Extraction{Streams: []string{"desk.events"}}, apiConfig(), "no stream"},
		{Extraction{Streams: []string{"dask.plans"}}, apiConfig(), "did you mean desk?"},
		{Extraction{Streams: []string{"books.invoices"}}, apiConfig(), "write books"},
	} {
		err := c.extraction.check(c.config)
		var flag *FlagError
		if (err == nil) != (c.want == "") || err != nil && (!errors.As(err, &flag) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v: %v, want %q", c.extraction, err, c.want)
		}
	}
}

func TestExtractionOf(t *testing.T) {
	config := apiConfig()
	books, desk := config.Sources[0], config.Sources[1]
	for _, c := range []struct {
		asked       []string
		books, desk bool
		streams     []string
	}{
		{nil, true, true, []string{"customers", "plans"}},
		{[]string{"books"}, true, false, nil},
		{[]string{"desk"}, false, true, []string{"customers", "plans"}},
		{[]string{"desk.plans"}, false, true, []string{"plans"}},
		{[]string{"desk.plans", "desk.customers", "books"}, true, true, []string{"customers", "plans"}},
	} {
		e := Extraction{Streams: c.asked}
		_, gotBooks := e.of(books)
		streams, gotDesk := e.of(desk)
		if gotBooks != c.books || gotDesk != c.desk || !slices.Equal(streams, c.streams) {
			t.Errorf("%v: books %v, desk %v %v", c.asked, gotBooks, gotDesk, streams)
		}
	}
}
