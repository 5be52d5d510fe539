package pipelines

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// held gives the files of a folder that hold one of the texts, in their bytes or in the values of a Parquet file.
func held(t *testing.T, dir string, texts ...string) []string {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var found []string
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if filepath.Ext(path) == ".parquet" {
			content = append(content, strings.Join(lines(t, db, "select cast(to_json(r) as varchar) from read_parquet("+text(path)+") as r"), "\n")...)
		}
		for _, each := range texts {
			if bytes.Contains(bytes.ToLower(content), []byte(strings.ToLower(each))) {
				found = append(found, strings.TrimPrefix(path, dir))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// forgettable is a company of three sources: acct-aurora of the CRM is cus_aurora1 in billing and answers surveys.
func forgettable(t *testing.T) systems {
	t.Helper()
	return newSystems(t, "identity: {order: [crm]}", []string{"crm", "billing", "product", "surveys"}, map[string]string{
		"crm/accounts.csv":               "account_id,name,domain\nacct-aurora,Aurora,aurora.com\nacct-boreal,Boreal,boreal.com\n",
		"crm/tickets.csv":                "ticket_id,account_id,opened_at,note\nt1,acct-aurora,2025-02-01T00:00:00Z,x\nt2,acct-boreal,2025-02-01T00:00:00Z,as acct-aurora wrote to rui@boreal.com\n,acct-aurora,2025-02-01T00:00:00Z,x\n",
		"billing/accounts.csv":           "account_id,name,email\ncus_aurora1,Aurora Ltda,fin@aurora.com\ncus_boreal1,Boreal,Rui@Boreal.com\n",
		"billing/subscription_items.csv": items + "i1,cus_aurora1,core,BRL,100,2025-01-01\ni2,cus_boreal1,core,BRL,70,2025-01-01\n",
		"product/usage.csv":              "account_id,day,active_users\nacct-aurora,2025-03-01,4\nacct-boreal,2025-03-01,4\n",
		"surveys/survey_responses.csv": "response_id,account_id,respondent_id,survey,score,scale_min,scale_max,responded_at,comment\n" +
			"r1,acct-aurora,zoe@aurora.com,nps,9,0,10,2025-02-01T00:00:00Z,good\nr2,acct-boreal,rui@boreal.com,nps,2,0,10,2025-02-01T00:00:00Z,ask me at RUI@boreal.com.\n",
	})
}

func (s systems) run() *Outcome {
	s.t.Helper()
	outcome, err := RunAll(s.t.Context(), s.config(), Options{Command: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	return outcome
}

func TestForgetUnifiedAccount(t *testing.T) {
	s := forgettable(t)
	built := s.run()
	lakeDir := filepath.Join(s.dir, "state", "lake")
	if len(held(t, lakeDir, "cus_aurora1")) < 2 || len(held(t, lakeDir, "acct-aurora")) < 4 {
		t.Fatal("the lake hardly holds the account")
	}
	if _, err := Forget(t.Context(), s.config(), Options{Command: "test"}, ForgetRequest{Account: "acct-nobody"}); err == nil || strings.Contains(err.Error(), "nobody") {
		t.Errorf("an unknown account: %v", err)
	}
	dry, err := Forget(t.Context(), s.config(), Options{Command: "test"}, ForgetRequest{Account: "acct-aurora", DryRun: true})
	if err != nil || dry.Status != ForgetDryRun || dry.File != "" || len(held(t, lakeDir, "acct-aurora")) == 0 {
		t.Fatalf("dry run: %+v %v", dry, err)
	}
	done, err := Forget(t.Context(), s.config(), Options{Command: "test"}, ForgetRequest{Account: "billing:cus_aurora1"})
	if err != nil {
		t.Fatal(err)
	}
	if files := held(t, lakeDir, "cus_aurora1", "acct-aurora"); len(files) > 0 {
		t.Errorf("held by %v", files)
	}
	if !slices.Contains(done.Builds, built.Run.ID+".duckdb") || len(done.Targets) != 1 || done.SourceIDs["crm"] != 1 || done.SourceIDs["billing"] != 1 {
		t.Errorf("receipt %+v", done)
	}
	content, err := os.ReadFile(done.File)
	if err != nil {
		t.Fatal(err)
	}
	var kept Receipt
	if err := json.Unmarshal(content, &kept); err != nil || kept.Status != ForgetDone || kept.Subject != done.Subject || len(kept.Streams) != 6 {
		t.Errorf("kept receipt %s, %v", content, err)
	}
	if strings.Contains(string(content), "aurora") {
		t.Errorf("the receipt names the account: %s", content)
	}
	for _, path := range []string{done.File, filepath.Dir(done.File)} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}
	// the next run makes the tables anew
	if rebuilt := s.run(); rebuilt.Run.Status == StatusUnchanged {
		t.Error("the run after found nothing new")
	}
	for _, folder := range []string{"out/csv", "state/builds", "state/runs"} {
		shown, err := filepath.EvalSymlinks(filepath.Join(s.dir, folder))
		if err != nil {
			t.Fatal(err)
		}
		if files := held(t, shown, "cus_aurora1", "acct-aurora"); len(files) > 0 {
			t.Errorf("after the next run, %s is held by %v", folder, files)
		}
	}
	again, err := Forget(t.Context(), s.config(), Options{Command: "test"}, ForgetRequest{Account: "crm:acct-aurora"})
	if err != nil || again.Status != ForgetNothing {
		t.Errorf("again: %+v %v", again, err)
	}
}

func TestForgetPersonKeepsRevenue(t *testing.T) {
	s := forgettable(t)
	s.run()
	before := rowsOf(t, filepath.Join(s.dir, "out", "csv"), "mrr_rollforward")
	done, err := Forget(t.Context(), s.config(), Options{Command: "test"}, ForgetRequest{Email: "RUI@boreal.com"})
	if err != nil {
		t.Fatal(err)
	}
	if files := held(t, filepath.Join(s.dir, "state", "lake"), "rui@boreal.com"); len(files) > 0 {
		t.Errorf("held by %v", files)
	}
	for _, stream := range done.Streams {
		if stream.Removed > 0 {
			t.Errorf("records are gone: %+v", stream)
		}
	}
	s.run()
	after := rowsOf(t, filepath.Join(s.dir, "out", "csv"), "mrr_rollforward")
	if len(before) != len(after) || before[0]["closing_mrr"] != after[0]["closing_mrr"] {
		t.Errorf("revenue %v, before %v", after[0], before[0])
	}
	if _, err := Forget(t.Context(), s.config(), Options{Command: "test"}, ForgetRequest{Email: "rui"}); err == nil {
		t.Error("rui is no address")
	}
}

// TestForgetInOneSource takes the id as it is in every source, and one that is several accounts' only with its source.
func TestForgetInOneSource(t *testing.T) {
	c := newSystems(t, "", []string{"books"}, map[string]string{"books/accounts.csv": "account_id\na1\na2\n", "books/subscription_items.csv": items + "i1,a1,core,BRL,1,2025-01-01\n"})
	if _, err := Extract(t.Context(), c.config(), Options{Command: "test"}); err != nil {
		t.Fatal(err)
	}
	done, err := Forget(t.Context(), c.config(), Options{Command: "test"}, ForgetRequest{Account: "a1"})
	if err != nil || len(done.Streams) != 2 || done.Streams[0].Removed != 1 {
		t.Errorf("%+v %v", done, err)
	}
}

// TestMaskedAddress finds an address that was hashed before it was kept.
func TestMaskedAddress(t *testing.T) {
	config := &Config{Sources: []Source{{Name: "billing", Rest: &Rest{MaskKey: NewSecret("0123456789abcdef")}}}}
	all := config.disguises("Ana@acme.com")
	// printf Ana@acme.com | openssl dgst -sha256 -hmac 0123456789abcdef, and of ana@acme.com: the first half
	if len(all) != 3 || !slices.Contains(all, "Ana@acme.com") || !slices.Contains(all, "994ef9038346ce8c1ceca696a39dd839") || !slices.Contains(all, "8766bacbb62ae3313cff464c5a79bacd") {
		t.Errorf("disguises %v", all)
	}
}
