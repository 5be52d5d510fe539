package sandbox

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTypeformGivesEachResponseOnce(t *testing.T) {
	s := start(t, small())
	truth := s.Truth(s.Day())
	forms := get(t, s, "/forms?page_size=2")
	if len(forms["items"].([]any)) != 2 || forms["page_count"] != json.Number("2") {
		t.Errorf("forms: %v", forms)
	}
	for _, f := range s.world.forms {
		seen := map[any]bool{}
		token, last := "", ""
		for {
			o := get(t, s, "/typeform/forms/"+f.id+"/responses?page_size=40"+token)
			items := o["items"].([]any)
			if total, _ := o["total_items"].(json.Number).Int64(); int(total) != truth.Records["typeform "+f.id]-len(seen) {
				t.Errorf("%s: %d in all after %d", f.id, total, len(seen))
			}
			for _, item := range items {
				r := item.(object)
				at := r["submitted_at"].(string)
				if seen[r["token"]] || last != "" && at > last {
					t.Fatalf("%s: %v again, or not newest first", f.id, r["token"])
				}
				seen[r["token"]], last = true, at
			}
			if len(items) == 0 {
				break
			}
			token = "&before=" + items[len(items)-1].(object)["token"].(string)
		}
		if len(seen) != truth.Records["typeform "+f.id] {
			t.Errorf("%s: %d responses, want %d", f.id, len(seen), truth.Records["typeform "+f.id])
		}
	}
}

func TestTypeformBoundsAreInclusive(t *testing.T) {
	s := start(t, small())
	items := get(t, s, "/forms/PrumoNps/responses?page_size=10")["items"].([]any)
	newest, oldest := items[0].(object)["submitted_at"].(string), items[9].(object)["submitted_at"].(string)
	between := get(t, s, "/forms/PrumoNps/responses?page_size=10&since="+oldest+"&until="+newest)
	if n := len(between["items"].([]any)); n != 10 {
		t.Errorf("%d responses from the tenth to the first", n)
	}
	at, err := time.Parse(time.RFC3339, newest)
	if err != nil {
		t.Fatal(err)
	}
	after := get(t, s, "/forms/PrumoNps/responses?since="+at.Add(time.Second).Format("2006-01-02T15:04:05"))
	if n := len(after["items"].([]any)); n != 0 {
		t.Errorf("%d responses after the last", n)
	}
	newer := get(t, s, "/forms/PrumoNps/responses?page_size=1000&after="+items[4].(object)["token"].(string))
	if n := len(newer["items"].([]any)); n != 4 {
		t.Errorf("%d responses newer than the fifth", n)
	}
}

func TestTypeformRefuses(t *testing.T) {
	s := start(t, small())
	for path, status := range map[string]int{
		"/forms/Nothing/responses":                                 404,
		"/forms/PrumoNps/responses?page_size=1001":                 400,
		"/forms/PrumoNps/responses?since=yesterday":                400,
		"/forms/PrumoNps/responses?sort=submitted_at,asc&before=x": 400,
	} {
		if got, _, o := asked(t, s, "GET", path, ""); got != status || o["code"] == nil {
			t.Errorf("%s: %d %v", path, got, o)
		}
	}
	if got, _, _ := asked(t, s, "GET", "/forms", "", "Authorization", "Bearer other"); got != 401 {
		t.Errorf("a wrong token: %d", got)
	}
	partial := get(t, s, "/forms/PrumoNps/responses?completed=false&page_size=1000")
	if len(partial["items"].([]any)) == 0 {
		t.Error("nobody left a form open")
	}
}
