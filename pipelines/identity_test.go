package pipelines

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// systems is a pipeline over several folders of files, one a source.
type systems struct {
	t    *testing.T
	dir  string
	file string
}

// newSystems writes files as crm/accounts.csv, and a pipeline that has the sources in the order given.
func newSystems(t *testing.T, settings string, sources []string, files map[string]string) systems {
	t.Helper()
	s := systems{t: t, dir: t.TempDir()}
	s.file = filepath.Join(s.dir, "pipeline.yaml")
	text := "name: systems\ntimezone: UTC\ncurrency: BRL\nas_of: 2025-03-31\n" + settings + "\nsources:\n"
	for _, source := range sources {
		text += fmt.Sprintf("  - {name: %s, kind: files, path: ./%s}\n", source, source)
		if err := os.MkdirAll(filepath.Join(s.dir, source), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s.write(map[string]string{"pipeline.yaml": text + "targets:\n  - {kind: csv, path: ./out/csv}\n"})
	s.write(files)
	return s
}

func (s systems) write(files map[string]string) {
	s.t.Helper()
	for name, content := range files {
		path := filepath.Join(s.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s systems) config() *Config {
	s.t.Helper()
	config, err := ReadFile(s.file, nothingSet)
	if err != nil {
		s.t.Fatal(err)
	}
	return config
}

// build builds tables and what they need, and opens their database.
func (s systems) build(tables ...string) *sql.DB {
	s.t.Helper()
	options := Options{Command: "test"}
	if _, err := Extract(s.t.Context(), s.config(), options); err != nil {
		s.t.Fatal(err)
	}
	for _, table := range tables {
		options.Select = append(options.Select, "+"+table)
	}
	outcome, err := Transform(s.t.Context(), s.config(), options)
	if err != nil {
		s.t.Fatal(err)
	}
	db, err := sql.Open("duckdb", outcome.Selected+"?access_mode=read_only")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = db.Close() })
	return db
}

// lines gives the rows of a select, their columns parted by blanks; NULL is -.
func lines(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for rows.Next() {
		cells := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, cell := range cells {
			if !cell.Valid {
				cell.String = "-"
			}
			texts = append(texts, cell.String)
		}
		all = append(all, strings.Join(texts, " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func wantLines(t *testing.T, what string, got []string, want string) {
	t.Helper()
	wanted := strings.FieldsFunc(want, func(r rune) bool { return r == '\n' })
	for i := range wanted {
		wanted[i] = strings.TrimSpace(wanted[i])
	}
	wanted = slices.DeleteFunc(wanted, func(line string) bool { return line == "" })
	if !slices.Equal(got, wanted) {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(wanted, "\n"))
	}
}

const (
	mapQuery       = "select source, source_account_id, account_id, rule, matched_value from int_account_map order by 1, 2"
	unmatchedQuery = "select source, source_account_id, reason, rule, candidates, cast(mrr as integer), cast(candidates_mrr as integer) from unmatched_accounts order by 1, 2"
	items          = "item_id,account_id,product_id,currency,mrr,starts_on\n"
)

// threeSystems are a CRM, billing and surveys, in which every rule finds something, and some find too much.
func threeSystems() map[string]string {
	return map[string]string{
		"crm/accounts.csv": `account_id,name,domain,tax_id,segment,country,external_id,phone
c1,Aurora,https://www.aurora.com.br/contato,11.222.333/0001-81,enterprise,,,
c2,Boreal,boreal.com,,,BR,,
c3,Cruzeiro,,,smb,BR,cus_3,
c4,Dois A,dois.com.br,,smb,BR,,
c5,Dois B,WWW.DOIS.COM.BR.,,smb,BR,,
c6,Eco,gmail.com,12ABC34501DE35,smb,BR,,
c7,Farol,farol.io,11.444.777/0001-61,smb,BR,,+55
`,
		"billing/accounts.csv": `account_id,name,domain,tax_id,country,segment,email,external_id
b1,Aurora Ltda,,11222333000181,BR,mid,fin@gmail.com,
b2,Boreal SA,boreal.com,,PT,,,
cus_3,Cruzeiro,,,,,,
b4,Dois,dois.com.br,,,,,
b5,Eco,gmail.com,,,,ana@gmail.com,
b6,Farol,,11.444.777/0001-62,,,cobranca@farol.io,
b7,Gávea,,,,,,crm:c7
b8,Eco alfa,other.com,12.abc.345/01de-35,,,,
b9,Horizonte,horizonte.com.br,,,,,
`,
		"billing/subscription_items.csv": items + `i1,b1,core,BRL,100,2025-01-01
i2,b2,core,BRL,200,2025-01-01
i3,cus_3,core,BRL,300,2025-01-01
i4,b4,core,BRL,400,2025-01-01
i5,b5,core,BRL,500,2025-01-01
i6,b6,core,BRL,600,2025-01-01
i7,b7,core,BRL,700,2025-01-01
i8,b8,core,BRL,800,2025-01-01
i9,b9,core,BRL,900,2025-01-01
i10,gone,core,BRL,1000,2025-01-01
`,
		"surveys/accounts.csv": `account_id,name,email
s1,Aurora,joao@aurora.com.br
s2,Horizonte,Maria <maria@horizonte.com.br>
s3,Dois,x@dois.com.br
s4,Nobody,
`,
		"surveys/survey_responses.csv": "response_id,account_id,survey,score,scale_min,scale_max,responded_at\n" +
			"r1,s1,nps,9,0,10,2025-02-01T00:00:00Z\nr2,s2,nps,3,0,10,2025-02-01T00:00:00Z\nr3,,nps,8,0,10,2025-02-02T00:00:00Z\n",
		"product/usage.csv": "account_id,day,active_users\nc1,2025-03-01,4\nbilling:b1,2025-03-01,5\nbilling:b9,2025-03-01,6\nnone,2025-03-01,7\n",
	}
}

var fourSources = []string{"product", "billing", "crm", "surveys"}

func TestAccountsOfThreeSystems(t *testing.T) {
	s := newSystems(t, "identity: {order: [crm, billing]}", fourSources, threeSystems())
	db := s.build("account_map", "unmatched_accounts", "accounts", "usage", "survey_responses", "subscription_items")
	wantLines(t, "account_map", lines(t, db, mapQuery), `
		billing b1 c1 tax_id 11222333000181
		billing b2 c2 domain boreal.com
		billing b4 billing:b4 none -
		billing b5 billing:b5 none -
		billing b6 c7 email_domain farol.io
		billing b7 c7 external_id crm:c7
		billing b8 c6 tax_id 12ABC34501DE35
		billing b9 billing:b9 none -
		billing cus_3 c3 external_id cus_3
		billing gone billing:gone none -
		crm c1 c1 own -
		crm c2 c2 own -
		crm c3 c3 own -
		crm c4 c4 own -
		crm c5 c5 own -
		crm c6 c6 own -
		crm c7 c7 own -
		product billing:b1 c1 given -
		product billing:b9 billing:b9 given -
		product c1 c1 given -
		product none none given -
		surveys s1 c1 email_domain aurora.com.br
		surveys s2 billing:b9 email_domain horizonte.com.br
		surveys s3 surveys:s3 none -
		surveys s4 surveys:s4 none -
	`)
	wantLines(t, "unmatched_accounts", lines(t, db, unmatchedQuery), `
		billing b4 conflict domain c4, c5 400 0
		billing b5 no_match - - 500 0
		billing b9 no_match - - 900 0
		billing gone not_in_accounts - - 1000 0
		product none not_in_accounts - - 0 0
		surveys s3 conflict email_domain billing:b4, c4, c5 0 400
		surveys s4 no_match - - 0 0
	`)
	// the first source that has an attribute gives it
	wantLines(t, "accounts", lines(t, db, "select account_id, name, domain, segment, country, _extra, _source from accounts where account_id in ('c1', 'c2', 'c7', 'billing:b9') order by 1"), `
		billing:b9 Horizonte horizonte.com.br - - {"email":"Maria <maria@horizonte.com.br>"} billing
		c1 Aurora https://www.aurora.com.br/contato enterprise BR {"email":"fin@gmail.com"} crm
		c2 Boreal boreal.com - BR - crm
		c7 Farol farol.io smb BR {"external_id":"crm:c7","email":"cobranca@farol.io","phone":"+55"} crm
	`)
	wantLines(t, "usage", lines(t, db, "select account_id, active_users from usage order by 1"), "billing:b9 6\nc1 9\nnone 7")
	wantLines(t, "survey_responses", lines(t, db, "select response_id, account_id from survey_responses order by 1"), "r1 c1\nr2 billing:b9\nr3 -")
	wantLines(t, "subscription_items", lines(t, db, "select account_id, cast(sum(mrr) as integer) from subscription_items group by 1 order by 1"),
		"billing:b4 400\nbilling:b5 500\nbilling:b9 900\nbilling:gone 1000\nc1 100\nc2 200\nc3 300\nc6 800\nc7 1300")
}

// TestOverrides lets a file decide: also within a source, for ids that no accounts have, and to keep apart.
func TestOverrides(t *testing.T) {
	files := threeSystems()
	files["map.csv"] = "source;source_account_id;account_id\n" +
		"billing;b4;c5\nbilling;b1;billing:b1\ncrm;c7;c6\nbilling;b9;billing:b4\nproduct;none;c2\nbilling;gone;crm:c1\n" +
		"billing;b5;c99\nbilling;never;c1\nbilling;b2;surveys:s1\nsurveys;s4;billing:b9\n"
	s := newSystems(t, "identity: {order: [crm, billing], overrides: ./map.csv}", fourSources, files)
	db := s.build("account_map", "unmatched_accounts")
	wantLines(t, "account_map", lines(t, db, mapQuery), `
		billing b1 billing:b1 override billing:b1
		billing b2 billing:b2 none -
		billing b4 c5 override c5
		billing b5 billing:b5 none -
		billing b6 c6 email_domain farol.io
		billing b7 c6 external_id crm:c7
		billing b8 c6 tax_id 12ABC34501DE35
		billing b9 billing:b9 none -
		billing cus_3 c3 external_id cus_3
		billing gone c1 override crm:c1
		crm c1 c1 own -
		crm c2 c2 own -
		crm c3 c3 own -
		crm c4 c4 own -
		crm c5 c5 own -
		crm c6 c6 own -
		crm c7 c6 override c6
		product billing:b1 billing:b1 given -
		product billing:b9 billing:b9 given -
		product c1 c1 given -
		product none c2 override c2
		surveys s1 c1 email_domain aurora.com.br
		surveys s2 billing:b9 email_domain horizonte.com.br
		surveys s3 surveys:s3 none -
		surveys s4 surveys:s4 none -
	`)
	wantLines(t, "unmatched_accounts", lines(t, db, unmatchedQuery), `
		billing b2 unknown_override - surveys:s1 200 0
		billing b5 unknown_override - c99 500 0
		billing b9 unknown_override - billing:b4 900 0
		billing never unknown_override - c1 0 0
		surveys s3 conflict email_domain c4, c5 0 400
		surveys s4 unknown_override - billing:b9 0 0
	`)
	outcome, err := RunAll(t.Context(), s.config(), Options{Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if warnings := strings.Join(outcome.Run.Warnings, "\n"); !strings.Contains(warnings, "overrides_name_known_accounts") || !strings.Contains(warnings, "c99") {
		t.Errorf("warnings: %s", warnings)
	}
}

// TestOverridesInOneSource merges accounts of a CRM by hand.
func TestOverridesInOneSource(t *testing.T) {
	s := newSystems(t, "identity: {overrides: ./map.csv}", []string{"crm"}, map[string]string{
		"crm/accounts.csv": "account_id,name,segment\nc1,One,\nc2,Two,mid\n", "crm/subscription_items.csv": items + "i1,c1,core,BRL,100,2025-01-01\ni2,c2,core,BRL,50,2025-01-01\n",
		"map.csv": "source,source_account_id,account_id\ncrm,c2,c1\n",
	})
	db := s.build("account_period", "accounts")
	wantLines(t, "accounts", lines(t, db, "select account_id, name, segment from accounts"), "c1 One mid")
	wantLines(t, "account_period", lines(t, db, "select account_id, cast(closing_mrr as integer) from account_period where grain = 'month' and period_start = '2025-03-01'"), "c1 150")
}

// TestHistoryOfUnifiedAccounts keeps the versions that runs saw of an account, and account_history of the first source.
func TestHistoryOfUnifiedAccounts(t *testing.T) {
	s := newSystems(t, "identity: {order: [crm]}\npolicy: {dimensions: [segment, country, region]}", []string{"billing", "crm"}, map[string]string{
		"crm/accounts.csv":               "account_id,domain,segment\nc1,one.com,smb\nc2,two.com,\n",
		"crm/account_history.csv":        "account_id,valid_from,segment\nc2,2025-01-01,old\nc2,2025-02-01,new\n",
		"billing/accounts.csv":           "account_id,domain,segment,country,region\nb1,one.com,wrong,BR,Sul\nb2,two.com,wrong,PT,\n",
		"billing/account_history.csv":    "account_id,valid_from,segment\nb2,2025-01-15,wrong\n",
		"billing/subscription_items.csv": items + "i1,b1,core,BRL,100,2025-01-01\ni2,b2,core,BRL,50,2025-01-01\n",
		"billing/usage.csv":              "account_id,day,active_users\nb1,2025-03-01,4\n",
		"billing/milestones.csv":         "account_id,milestone,achieved_at\nb1,live,2025-03-01T00:00:00Z\n",
		"crm/milestones.csv":             "account_id,milestone,achieved_at\nc1,live,2025-03-01T00:00:00Z\n",
	})
	db := s.build("int_account_versions", "mrr_rollforward", "milestones")
	wantLines(t, "versions", lines(t, db, "select account_id, cast(from_day as varchar), segment, country, _extra from int_account_versions order by 1, 2"), `
		c1 0001-01-01 smb BR {"region":"Sul"}
		c2 0001-01-01 old - -
		c2 2025-02-01 new - -
	`)
	wantLines(t, "milestones", lines(t, db, "select account_id, milestone, _source from milestones"), "c1 live crm")
}

// TestIdentitiesModel takes what a staging model tells of accounts, several rows for one, also of a source without accounts.
func TestIdentitiesModel(t *testing.T) {
	s := newSystems(t, "sql_dir: ./sql", []string{"crm", "surveys"}, map[string]string{
		"crm/accounts.csv":                                        "account_id,domain\nc1,one.com\nc2,two.com\n",
		"surveys/survey_responses.csv":                            "response_id,account_id,survey,score,scale_min,scale_max,responded_at\nr1,ana,nps,9,0,10,2025-02-01T00:00:00Z\nr2,bob,nps,9,0,10,2025-02-01T00:00:00Z\n",
		"sql/staging/surveys/stg_surveys__account_identities.sql": "select account_id, email from surveys.survey_responses cross join (values ('x@gmail.com'), ('x@two.com')) as mails (email) where account_id = 'ana'",
	})
	db := s.build("account_map", "unmatched_accounts")
	wantLines(t, "account_map", lines(t, db, mapQuery), `
		crm c1 c1 own -
		crm c2 c2 own -
		surveys ana c2 email_domain two.com
		surveys bob surveys:bob none -
	`)
}

// TestCollidingIDs refuses to make two accounts one because an id reads like another's.
func TestCollidingIDs(t *testing.T) {
	s := newSystems(t, "", []string{"crm", "billing"}, map[string]string{
		"crm/accounts.csv":     "account_id,domain\nbilling:b1,one.com\n",
		"billing/accounts.csv": "account_id,domain\nb1,other.com\n", "billing/subscription_items.csv": items + "i1,b1,core,BRL,100,2025-01-01\n",
	})
	_, err := RunAll(t.Context(), s.config(), Options{Command: "test"})
	if err == nil || !strings.Contains(err.Error(), "account_ids_do_not_collide") {
		t.Errorf("error %v", err)
	}
}
