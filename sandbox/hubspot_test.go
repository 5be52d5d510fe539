package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestHubSpotListsGiveEachRecordOnce(t *testing.T) {
	s := start(t, small())
	truth := s.Truth(s.Day())
	for _, kind := range []string{"companies", "contacts", "deals", "tickets", "feedback_submissions"} {
		for _, archived := range []bool{false, true} {
			path := fmt.Sprintf("/crm/v3/objects/%s?limit=37&archived=%t&properties=hs_object_id,name", kind, archived)
			seen, last, next := 0, int64(0), ""
			for {
				o := get(t, s, path+next)
				for _, r := range o["results"].([]any) {
					id, err := strconv.ParseInt(r.(object)["id"].(string), 10, 64)
					if err != nil || id <= last || r.(object)["archived"] != archived {
						t.Fatalf("%s: %v after %d", path, r, last)
					}
					last = id
					seen++
				}
				paging, more := o["paging"].(object)
				if !more {
					break
				}
				next = "&after=" + paging["next"].(object)["after"].(string)
			}
			name := "hubspot " + kind
			if archived {
				name += " archived"
			}
			if seen != truth.Records[name] || !archived && seen == 0 {
				t.Errorf("%s: %d records, want %d", path, seen, truth.Records[name])
			}
		}
	}
}

// A record may only become another when its modified date says so, archiving apart.
func TestHubSpotModifiedDatesTellEveryChange(t *testing.T) {
	s := start(t, small())
	changes := 0
	for kind, list := range s.world.crm.lists {
		for _, r := range list {
			for days := -30; days < 40; days += 3 {
				before, after := s.Now().AddDate(0, 0, days), s.Now().AddDate(0, 0, days+3)
				if r.created.After(before) || came(r.archived, after) {
					continue
				}
				a, b := r.properties(before), r.properties(after)
				delete(a, "associatedcompanyid") // what it is associated with is no property of its own
				delete(b, "associatedcompanyid")
				delete(a, "hs_primary_associated_company")
				delete(b, "hs_primary_associated_company")
				if reflect.DeepEqual(a, b) {
					continue
				}
				changes++
				// the expected date of an open deal, and what it becomes, are of the same moment as its closing
				if !r.changed(after).After(before) {
					t.Fatalf("%s %s changed by %s and its modified date is %s:\n%v\n%v", kind, r.name, after, r.changed(after), a, b)
				}
			}
		}
	}
	if changes < 50 {
		t.Errorf("only %d changes: the test shows nothing", changes)
	}
}

func searched(t *testing.T, s *Server, kind, body string) (int, object) {
	t.Helper()
	status, _, o := asked(t, s, "POST", "/crm/v3/objects/"+kind+"/search", body, "Content-Type", "application/json")
	return status, o
}

func TestHubSpotSearchFindsWhatChanged(t *testing.T) {
	s := start(t, small())
	since := s.Now().AddDate(0, 0, -10)
	body := func(id string) string {
		return fmt.Sprintf(`{"filterGroups":[{"filters":[{"propertyName":"hs_lastmodifieddate","operator":"GTE","value":"%d"},
			{"propertyName":"hs_object_id","operator":"GT","value":"%s"}]}],
			"sorts":[{"propertyName":"hs_object_id","direction":"ASCENDING"}],"properties":["subject"],"limit":5}`, since.UnixMilli(), id)
	}
	want := 0
	for _, r := range s.world.crm.lists["tickets"] {
		if !r.created.After(s.Now()) && !came(r.archived, s.Now()) && !r.changed(s.Now()).Before(since) {
			want++
		}
	}
	found, last := 0, "0"
	for {
		status, o := searched(t, s, "tickets", body(last))
		results, _ := o["results"].([]any)
		if status != 200 {
			t.Fatalf("%d %v", status, o)
		}
		if total, _ := o["total"].(json.Number).Int64(); int(total) != want-found {
			t.Errorf("total %d after %d of %d", total, found, want)
		}
		if len(results) == 0 {
			break
		}
		found += len(results)
		last = results[len(results)-1].(object)["id"].(string)
	}
	if found != want || want == 0 {
		t.Errorf("%d tickets found, want %d", found, want)
	}
}

func TestHubSpotSearchHasItsLimits(t *testing.T) {
	s := start(t, small())
	for body, status := range map[string]int{
		`{"limit":201}`:                          400,
		`{"limit":200,"after":"9801"}`:           400,
		`{"limit":200,"after":"9800"}`:           200,
		`{"limit":`:                              400,
		`{"sorts":["-createdate"],"limit":"10"}`: 200,
		`{"filterGroups":[{"filters":[{"propertyName":"name","operator":"LIKE","value":"x"}]}]}`: 400,
	} {
		if got, o := searched(t, s, "companies", body); got != status || status == 400 && o["category"] != "VALIDATION_ERROR" {
			t.Errorf("%s: %d %v", body, got, o)
		}
	}
}

func TestHubSpotIndexIsLate(t *testing.T) {
	o := small()
	o.IndexLag = 30 * 24 * time.Hour
	s := start(t, o)
	_, all := searched(t, s, "tickets", `{"limit":1}`)
	indexed, _ := all["total"].(json.Number).Int64()
	if listed := s.Truth(s.Day()).Records["hubspot tickets"]; int(indexed) >= listed {
		t.Errorf("the index has %d tickets, the list %d", indexed, listed)
	}
}

func TestHubSpotAssociations(t *testing.T) {
	s := start(t, small())
	page := get(t, s, "/crm/v3/objects/deals?limit=100")
	var inputs []string
	for _, r := range page["results"].([]any) {
		inputs = append(inputs, fmt.Sprintf(`{"id":%q}`, r.(object)["id"]))
	}
	status, _, o := asked(t, s, "POST", "/crm/v4/associations/deals/companies/batch/read", `{"inputs":[`+strings.Join(inputs, ",")+`]}`)
	results, errs := o["results"].([]any), o["errors"].([]any)
	if status != http.StatusMultiStatus || len(results) == 0 || len(errs) == 0 || len(results)+len(errs) != len(inputs) {
		t.Errorf("%d: %d results and %d errors for %d deals", status, len(results), len(errs), len(inputs))
	}
	to := results[0].(object)["to"].([]any)[0].(object)["toObjectId"].(json.Number).String()
	get(t, s, "/crm/v3/objects/companies/"+to)
}

func TestHubSpotTokensExpire(t *testing.T) {
	now := time.Now()
	o := small()
	o.Clock = func() time.Time { return now }
	s := start(t, o)
	fresh := func() string {
		form := "grant_type=refresh_token&client_id=" + HubSpotClientID + "&client_secret=" + HubSpotClientSecret + "&refresh_token=" + HubSpotRefreshToken
		status, _, o := asked(t, s, "POST", "/oauth/v3/token", form, "Content-Type", "application/x-www-form-urlencoded")
		if status != 200 || o["expires_in"] != json.Number("1800") {
			t.Fatalf("%d %v", status, o)
		}
		return "Bearer " + o["access_token"].(string)
	}
	token := fresh()
	try := func() (int, any) {
		status, _, o := asked(t, s, "GET", "/crm/v3/owners", "", "Authorization", token)
		return status, o["category"]
	}
	if status, _ := try(); status != 200 {
		t.Errorf("a fresh token: %d", status)
	}
	now = now.Add(30*time.Minute + time.Second)
	if status, category := try(); status != 401 || category != "EXPIRED_AUTHENTICATION" {
		t.Errorf("after half an hour: %d %v", status, category)
	}
	token = fresh()
	if status, _ := try(); status != 200 {
		t.Errorf("the next token: %d", status)
	}
	if status, _, _ := asked(t, s, "POST", "/oauth/v1/token", "grant_type=refresh_token&refresh_token=other&client_id="+
		HubSpotClientID+"&client_secret="+HubSpotClientSecret); status != 400 {
		t.Errorf("a wrong refresh token: %d", status)
	}
}
