package spec

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"lastro/strictyaml"
)

const good = `
connector: shop
settings:
  api_key: {required: true, secret: true, description: the key}
  base_url: {default: https://api.example.com}
client:
  base_url: "{settings.base_url}"
  auth: {type: bearer, token: "{settings.api_key}"}
resource_defaults:
  primary_key: [id]
  endpoint:
    data_selector: data
    params: {limit: "100", sort: id}
    paginator: {type: cursor, param: after, next_path: next}
  columns: {id: {type: text, required: true}}
resources:
  - name: orders
    endpoint: {path: /orders, params: {sort: "", status: all}}
    columns: {total: money, at: {type: timestamp, format: epoch}}
  - name: lines
    parent: {resource: orders, include: {order_id: id}}
    endpoint: {path: "/orders/{parent.id}/lines", paginator: {type: single_page}}
    primary_key: [order_id, id]
    incremental: {strategy: param, start_param: since, lookback: 30m}
`

func TestParse(t *testing.T) {
	c, err := Parse("shop.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	orders, _ := c.Resource("orders")
	if want := map[string]string{"limit": "100", "status": "all"}; !reflect.DeepEqual(orders.Endpoint.Params, want) {
		t.Errorf("params %v", orders.Endpoint.Params)
	}
	if orders.Endpoint.Paginator.Type != Cursor || orders.Endpoint.Method != "GET" || !orders.Columns["id"].Required || orders.Columns["total"].Type != "money" {
		t.Errorf("%+v", orders)
	}
	lines, _ := c.Resource("lines")
	if lines.Endpoint.Paginator.Type != SinglePage || lines.Incremental.Lookback.Std() != 30*time.Minute || lines.ParentColumn(orders) != "order_id" {
		t.Errorf("%+v", lines)
	}
	resolved, err := c.Resolve(map[string]string{"api_key": "sk_1"})
	if err != nil {
		t.Fatal(err)
	}
	if resolved.Client.BaseURL != "https://api.example.com" || resolved.Client.Auth.Token != "sk_1" || c.Client.Auth.Token == "sk_1" {
		t.Errorf("%+v", resolved.Client)
	}
	if resolved.Resources[1].Endpoint.Path != "/orders/{parent.id}/lines" {
		t.Errorf("the path of lines became %s", resolved.Resources[1].Endpoint.Path)
	}
	if _, err := c.Resolve(map[string]string{"api_kye": "x"}); err == nil || !strings.Contains(err.Error(), "api_key?") || !strings.Contains(err.Error(), "needs the setting api_key") {
		t.Errorf("%v", err)
	}
}

// TestMistakes finds each mistake where it stands, and all of a file at once.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"connector: shop", "connector: Shop", `shop.yaml:2:12: connector is "Shop"`},
		{"data_selector: data", "data_selectr: data", `shop.yaml:12:5: unknown key "data_selectr" in resource_defaults.endpoint: did you mean data_selector?`},
		{"type: cursor", "type: curser", `shop.yaml:14:23: resource_defaults.endpoint.paginator.type is "curser": did you mean cursor?`},
		{"{settings.api_key}", "{settings.api_kye}", `shop.yaml:8:31: client.auth.token names the setting "api_kye", which there is not: did you mean api_key?`},
		{"resource: orders", "resource: ordres", `shop.yaml:21:24: the parent "ordres" is no resource: did you mean orders?`},
		{"{parent.id}", "{parent.ident}", `shop.yaml:22:22: resources[1].endpoint.path names the column "ident", which orders has not`},
		{"{parent.id}", "{parents.id}", `{parents.…} goes with parent.batch`},
		{"include: {order_id: id}", "include: {order_id: ident}", `orders has no column "ident" to include`},
		{"primary_key: [order_id, id]", "primary_key: [order, id]", `the primary key of lines names "order", which is no column: did you mean order_id?`},
		{"next_path: next}", "limit: 5}", "a paginator of type cursor lacks next_path"},
		{"param: after, ", "", "a paginator of type cursor lacks param"},
		{"type: cursor, param: after", "type: offset, param: after", "lacks limit"},
		{"strategy: param, start_param: since", "strategy: param", "lacks start_param"},
		{"strategy: param, start_param: since", "strategy: search", "lacks search"},
		{"lookback: 30m", "lookback: 30x", `resources[1].incremental.lookback is "30x": it must be a span of time`},
		{"total: money", "total: monney", `the column total is of type "monney"`},
		{"name: lines", "name: orders", `a second resource of the name "orders"`},
		{"type: bearer, token: \"{settings.api_key}\"", "type: bearer", "client.auth of type bearer lacks token"},
		{"base_url: \"{settings.base_url}\"", "base_url: api.example.com", "it must be an absolute address"},
		{"token: \"{settings.api_key}\"", "token: {settings.api_key}", "needs quotes around it"},
		{"connector: shop", "connector: [", "not valid YAML"},
		{"params: {sort: \"\", status: all}", "params: {sort: \"\", sort: all}", `the key "sort" stands here a second time`},
		{"parent: {resource: orders, include: {order_id: id}}", "parent: {resource: lines, include: {order_id: id}}", "is among its own parents"},
	} {
		_, err := Parse("shop.yaml", []byte(strings.Replace(good, c.from, c.to, 1)))
		var found *strictyaml.Error
		if !errors.As(err, &found) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s -> %s gives\n%v\nwant\n%s", c.from, c.to, err, c.want)
		}
	}
	several := strings.NewReplacer("connector: shop", "connector: S", "type: cursor", "type: curser", "total: money", "total: m").Replace(good)
	_, err := Parse("shop.yaml", []byte(several))
	var found *strictyaml.Error
	if !errors.As(err, &found) || len(found.Mistakes) < 3 {
		t.Errorf("of three mistakes these are told: %v", err)
	}
	for _, broken := range []string{"", "---\n", "a: b\n---\nc: d", "[1, 2]", "\x00", strings.Repeat("[", 500), strings.Repeat("x", fileLimit+1), "client: text", "resources: {}"} {
		if _, err := Parse("x.yaml", []byte(broken)); err == nil {
			t.Errorf("%.40q is taken", broken)
		}
	}
}
