package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lastro/extract/rest/fetch"
	"lastro/extract/rest/spec"
)

// parents are the records of another resource that a list is asked for: one, or the several of a batch.
type parents struct {
	keys    []string            // what tells each of them apart
	columns []map[string]string // of each
}

// value gives what stands for {parent.NAME} and {parents.NAME}; several are joined by joined.
func (p parents) value(name string, joined func([]string) string) (string, bool) {
	values := make([]string, len(p.columns))
	for i, columns := range p.columns {
		values[i] = columns[name]
	}
	return joined(values), len(values) > 0
}

// asking builds the requests of one list.
type asking struct {
	base      string
	resource  *spec.Resource
	parents   parents
	also      map[string]string // parameters in place of the resource's
	bounds    map[string]string // those of time
	perSecond float64
}

// request asks for one page.
func (a asking) request(state pageState) (fetch.Request, error) {
	e := a.resource.Endpoint
	r := fetch.Request{Method: e.Method, Endpoint: endpointName(e.Path), PerSecond: a.perSecond}
	query := url.Values{}
	body := map[string]string{}
	inBody := e.Paginator.BodyPath != ""
	put := func(inBody bool, name, value string) {
		if inBody {
			body[name] = value
		} else if name != "" {
			query.Set(name, value)
		}
	}
	for name, value := range e.Params {
		query.Set(name, a.fill(value, commas))
	}
	for name, value := range a.also {
		query.Set(name, value)
	}
	for name, value := range a.bounds {
		put(e.Method == "POST", name, value)
	}
	if e.Paginator.LimitParam != "" {
		put(inBody, e.Paginator.LimitParam, strconv.Itoa(e.Paginator.Limit))
	}
	if value := pageValue(e.Paginator, state); value != "" {
		if inBody {
			put(true, e.Paginator.BodyPath, value)
		} else {
			put(false, e.Paginator.Param, value)
		}
	}
	var err error
	if r.URL, err = address(a.base, a.fill(e.Path, func(v []string) string { return url.PathEscape(strings.Join(v, ",")) }), query); err != nil {
		return r, err
	}
	if state.URL != "" {
		if r.URL, err = sameHost(r.URL, state.URL); err != nil {
			return r, err
		}
	}
	if e.Method == "POST" {
		r.Body, err = bodyWith(a.fillBody(e.Body), body)
	}
	return r, err
}

// pageValue is what the paginator's parameter says; empty: it is left out, as on a first page without a number.
func pageValue(p *spec.Paginator, state pageState) string {
	switch p.Type {
	case spec.Offset, spec.PageNumber:
		return strconv.FormatInt(state.Number+int64(p.Base), 10)
	}
	return state.Value
}

func commas(values []string) string { return strings.Join(values, ",") }

func (a asking) fill(text string, joined func([]string) string) string {
	return spec.Fill(text, func(_, name string) (string, bool) { return a.parents.value(name, joined) })
}

// fillBody puts parents into a body: {parents.X} is a JSON list of texts, {parents.X:KEY} one of objects that have the text
// as KEY, {parent.X} the text within quotes.
func (a asking) fillBody(body string) string {
	return spec.Fill(body, func(kind, name string) (string, bool) {
		column, key, inObjects := strings.Cut(name, ":")
		return a.parents.value(column, func(values []string) string {
			switch {
			case inObjects:
				objects := make([]map[string]string, len(values))
				for i, value := range values {
					objects[i] = map[string]string{key: value}
				}
				return jsonText(objects)
			case kind == "parents":
				return jsonText(values)
			}
			return strings.Trim(jsonText(values[0]), `"`)
		})
	})
}

func jsonText(value any) string {
	text, err := json.Marshal(value)
	if err != nil { // texts always can be
		return `""`
	}
	return string(text)
}

// address joins a base, a path, which may have a query of its own, and parameters.
func address(base, path string, query url.Values) (string, error) {
	whole, err := url.Parse(strings.TrimRight(base, "/") + "/" + strings.TrimLeft(path, "/"))
	if err != nil {
		return "", fmt.Errorf("the path %s: %w", path, err)
	}
	own := whole.Query()
	for name, values := range query {
		own[name] = values
	}
	whole.RawQuery = own.Encode()
	return whole.String(), nil
}

func endpointName(path string) string {
	name, _, _ := strings.Cut(path, "?")
	return name
}

// bodyWith puts values into a JSON object at paths of dots; a number is put in as one.
func bodyWith(body string, values map[string]string) ([]byte, error) {
	if strings.TrimSpace(body) == "" {
		body = "{}"
	}
	if len(values) == 0 {
		if !json.Valid([]byte(body)) {
			return nil, fmt.Errorf("the body is no JSON once it is filled in: %s", body)
		}
		return []byte(body), nil
	}
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader([]byte(body)))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil {
		return nil, fmt.Errorf("the body is no JSON object once it is filled in: %w", err)
	}
	for path, text := range values {
		var value any = text
		if _, err := strconv.ParseInt(text, 10, 64); err == nil {
			value = json.Number(text)
		}
		at := object
		keys := strings.Split(path, ".")
		for _, key := range keys[:len(keys)-1] {
			next, ok := at[key].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[key] = next
			}
			at = next
		}
		at[keys[len(keys)-1]] = value
	}
	return json.Marshal(object)
}

// moment writes a time as a connector's cursor_format says.
func moment(at time.Time, format string) string {
	switch format {
	case "epoch":
		return strconv.FormatInt(at.Unix(), 10)
	case "epoch_ms":
		return strconv.FormatInt(at.UnixMilli(), 10)
	case "date":
		return at.UTC().Format(time.DateOnly)
	}
	return at.UTC().Truncate(time.Second).Format(time.RFC3339)
}
