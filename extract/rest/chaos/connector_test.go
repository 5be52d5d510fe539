package chaos

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"lastro/extract/rest"
	"lastro/extract/rest/fetch"
	"lastro/extract/rest/spec"
	"lastro/extract/sourcetest"
)

// styles are the ways in which the API gives its list: what changed since a moment, deleted records among it, or
// everything, where only what is missing is deleted.
var styles = map[string]string{
	"cursor": `
    endpoint: {path: /cursor, params: {}, data_selector: data, paginator: {type: cursor, next_path: next, param: after, more_path: has_more, limit_param: limit, limit: 10}}
` + changed,
	"last": `
    endpoint: {path: /last, data_selector: data, paginator: {type: last_id, param: after, more_path: has_more, limit_param: limit, limit: 10}}
` + changed,
	"link": `
    endpoint: {path: /link, data_selector: data, paginator: {type: json_link, next_path: link, limit_param: limit, limit: 10}}
` + changed,
	"page": `
    endpoint: {path: /page, data_selector: data, paginator: {type: page_number, param: page, base: 1, limit_param: limit, limit: 10}}
    total: total
    deletes: missing
`,
	"offset": `
    endpoint: {path: /offset, data_selector: data, paginator: {type: offset, param: offset, limit_param: limit, limit: 10, total_path: total}}
    deletes: missing
`,
}

const changed = `
    incremental: {strategy: param, cursor_path: changed_at, start_param: since, lookback: 1h}
    deleted_when: deleted
`

func connectorOf(style string) (*spec.Connector, error) {
	return spec.Parse("chaos.yaml", []byte(`
connector: chaos
title: Chaos
description: A scripted API.
docs: https://example.com
settings:
  base_url: {description: Where it is., required: true}
  secret: {description: Of the client., required: true, secret: true}
client:
  base_url: "{settings.base_url}"
  auth: {type: oauth2_client_credentials, token_url: /token, client_id: me, client_secret: "{settings.secret}"}
  error_path: error.message
  error_when: error
  check: things
resources:
  - name: things
    description: Things.
    primary_key: [id]
    columns:
      id: {type: text, required: true}
      name: text
      amount: integer
      changed_at: timestamp
`+strings.TrimPrefix(styles[style], "\n")))
}

// source opens the source of a place, which is an address and a style: http://127.0.0.1:1#cursor.
func source(place string, o sourcetest.Opening, now func() time.Time, sleep func(context.Context, time.Duration) error, made *[]*fetch.Client) (*rest.Source, error) {
	at, err := url.Parse(place)
	if err != nil {
		return nil, err
	}
	connector, err := connectorOf(at.Fragment)
	if err != nil {
		return nil, err
	}
	connector.Client.Limits.PerDay = o.PerDay
	return rest.New(sourcetest.SourceName, rest.Options{
		Connector: connector, Settings: map[string]string{"base_url": fmt.Sprintf("%s://%s", at.Scheme, at.Host), "secret": "s3cret"},
		Now: now,
		Client: func(options fetch.Options) (fetch.Fetcher, error) {
			options.Sleep = sleep
			client, err := fetch.New(options)
			if made != nil && err == nil {
				*made = append(*made, client)
			}
			return client, err
		},
	})
}
