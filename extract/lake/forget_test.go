package lake

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The streams of a shop whose customers have people.
var (
	customers = StreamID{"shop", "customers"}
	invoices  = StreamID{"shop", "invoices"}
	contacts  = StreamID{"shop", "contacts"}
	replies   = StreamID{"desk", "replies"}
)

const (
	gone    = "cus_Forget99"
	address = "Ana.Lima@acme.com.br"
)

func shopSubject(id StreamID) Subject {
	return map[StreamID]Subject{
		customers: {Account: "id", Emails: []string{"email"}, People: []string{"contact_name"}},
		invoices:  {Account: "customer", Emails: []string{"customer_email"}},
		contacts:  {Account: "company", Emails: []string{"email"}, People: []string{"firstname"}},
		replies:   {Emails: []string{"author"}},
	}[id]
}

func forgetAccount() ForgetOptions {
	return ForgetOptions{Accounts: map[string][]string{"shop": {gone}, "desk": {"d7"}}, Subject: shopSubject, Mark: "forgotten-1", MemoryLimit: "500MB"}
}

func forgetPerson() ForgetOptions {
	return ForgetOptions{Emails: []string{strings.ToLower(address)}, Subject: shopSubject, Mark: "forgotten-1", MemoryLimit: "500MB"}
}

// rowsRun writes a SELECT of plain columns as a batch of a stream.
func rowsRun(ctx context.Context, txn *Txn, conn *sql.Conn, id StreamID, o BatchOptions, query string) error {
	n, err := txn.CopyRecords(ctx, conn, id, fmt.Sprintf("select * replace (cast(_extra as varchar) as _extra, %s as _source, %s as _run_id, %s as _first_seen) from (select *, '' as _source, '%s' as _file, 1::bigint as _line, '' as _run_id, null::timestamp as _first_seen from (%s))",
		quoteText(id.Source), quoteText(txn.RunID()), timestampSQL(txn.FirstSeen()), o.ReplacesFile, query), o)
	txn.Count(id, Counts{Read: n, Accepted: n})
	return err
}

// shopRuns gives a lake of three runs in which a customer and a person stand in many places, in old versions too.
func shopRuns(t testing.TB, conn *sql.Conn, dir string) *Lake {
	t.Helper()
	l, err := Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 3; n++ {
		commitRun(t, l, fmt.Sprintf("r%d", n), hour(n), func(txn *Txn) error { return shopRun(t.Context(), txn, conn, n) })
	}
	return l
}

func shopRun(ctx context.Context, txn *Txn, conn *sql.Conn, n int) error {
	extra := fmt.Sprintf(`{"ids":[12345678901,5],"note":"\nana.lima@acme.com.br, ana.lima@acme.com.br; see https://x/%s/ and xana.lima@acme.com.br","crm":"%s-2"}`, gone, gone)
	txn.Count(customers, Counts{Read: 3, Quarantined: 3})
	return errors.Join(
		rowsRun(ctx, txn, conn, customers, byID, fmt.Sprintf(`select * from (values ('%s', '%s', 'Ana', %d::bigint, '{}'), ('cus_other', 'ANA.LIMA@ACME.COM.BR', 'Ana', 5::bigint, '%s'), ('cus_third', 'bob@acme.com', 'Bob', 6::bigint, null)) as c(id, email, contact_name, credit, _extra)`, gone, address, n, extra)),
		rowsRun(ctx, txn, conn, invoices, byID, fmt.Sprintf(`select * from (values ('in_%d', '%s', '%s', 100.5, '%s'), ('in_other', 'cus_other', '%s', 7.25, null)) as c(id, customer, customer_email, amount, _extra)`, n, gone, address, extra, address)),
		rowsRun(ctx, txn, conn, contacts, byID, fmt.Sprintf(`select * from (values ('p1', '%s', '%s', 'Ana', '%s'), ('p2', 'cus_other', '%s', 'Ana', '{"phone":"1"}'), ('p3', 'cus_other', 'bob@acme.com', 'Bob', '{"boss":"%s"}')) as c(id, company, email, firstname, _extra)`, gone, address, extra, address, address)),
		rowsRun(ctx, txn, conn, replies, BatchOptions{ReplacesFile: "a.csv"}, fmt.Sprintf(`select * from (values ('ana.lima@acme.com.br', 'me, d7', null), ('bob@acme.com', 'ask %s about %s.', null)) as c(author, body, _extra)`, address, gone)),
		txn.Quarantine(ctx, customers, []string{"a.csv", "b.csv"}, bad(
			QuarantinedRecord{"a.csv", int64(n), "id", "why", gone + ",x"},
			QuarantinedRecord{"a.csv", int64(n) + 10, "id", "no address: '" + address + "'", "raw"},
			QuarantinedRecord{"b.csv", int64(n), "id", "why", "cus_other,5"},
		)),
	)
}

// named gives the places of a lake that hold a text: the bytes of files as they are, and the values in them.
func named(t testing.TB, conn *sql.Conn, dir string, texts ...string) []string {
	t.Helper()
	var places []string
	for path := range filesOf(t, dir) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.ToLower(content)
		if strings.HasSuffix(path, parquetSuffix) {
			rows := query(t, conn, "select to_json(r) from "+readParquet(path)+" as r")
			content = append(content, strings.ToLower(strings.Join(rows, "\n"))...)
		}
		for _, text := range texts {
			for _, line := range bytes.Split(content, []byte("\n")) {
				// another person's address, and another id, may hold it
				line = bytes.ReplaceAll(bytes.ReplaceAll(line, []byte("xana.lima@acme.com.br"), nil), []byte(strings.ToLower(gone)+"-2"), nil)
				if bytes.Contains(line, []byte(strings.ToLower(text))) {
					places = append(places, strings.TrimPrefix(path, dir)+": "+string(line))
				}
			}
		}
	}
	return places
}

func TestForgetAccount(t *testing.T) {
	conn := newConn(t)
	l := shopRuns(t, conn, filepath.Join(t.TempDir(), "lake"))
	if len(named(t, conn, l.dir, gone)) < 12 {
		t.Fatal("the lake hardly names the account")
	}
	fingerprint, files := now(t, l).Fingerprint(), len(filesOf(t, l.dir))
	o := forgetAccount()
	o.DryRun = true
	dry, err := l.Forget(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if now(t, l).Fingerprint() != fingerprint || len(filesOf(t, l.dir)) != files {
		t.Error("the dry run changed the lake")
	}
	o.DryRun = false
	var told []bool
	o.Ready = func(r ForgetReport, done bool) error {
		if told = append(told, done); len(r.Streams) != 4 {
			t.Errorf("told of %+v", r)
		}
		return nil
	}
	done, err := l.Forget(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(dry) != fmt.Sprint(done) || fmt.Sprint(told) != "[false true]" {
		t.Errorf("the dry run said %+v, the forget %+v; told %v", dry, done, told)
	}
	text, _ := json.Marshal(done.Streams)
	equal(t, "report", []string{string(text)}, []string{`[{"source":"desk","stream":"replies","rows_removed":0,"rows_emptied":3,"columns_emptied":["body"],"quarantined_removed":0,"files":3},` +
		`{"source":"shop","stream":"contacts","rows_removed":3,"rows_emptied":0,"quarantined_removed":0,"files":3},` +
		`{"source":"shop","stream":"customers","rows_removed":3,"rows_emptied":3,"columns_emptied":["_extra"],"quarantined_removed":3,"files":6},` +
		`{"source":"shop","stream":"invoices","rows_removed":3,"rows_emptied":0,"quarantined_removed":0,"files":3}]`})
	if places := named(t, conn, l.dir, gone); len(places) > 0 {
		t.Errorf("the account is named in\n%s", strings.Join(places, "\n"))
	}
	checkClean(t, l)
	checkModes(t, l.dir)
	equal(t, "invoices", streamRows(t, conn, l, invoices, "id, customer, amount"), []string{"in_other|cus_other|7.25"})
	equal(t, "replies", streamRows(t, conn, l, replies, "body"), []string{"ask Ana.Lima@acme.com.br about [forgotten].", "me, d7"})
	if now(t, l).Fingerprint() == fingerprint {
		t.Error("the fingerprint is the same")
	}
	equal(t, "quarantine", query(t, conn, "select file, line from ("+now(t, l).QuarantineSQL()+") order by all"), []string{"a.csv|13", "b.csv|3"})
	v, err := l.AsKnownByRun("r1") // a view of before answers, without the account
	if err != nil {
		t.Fatal(err)
	}
	s, _ := v.Stream(customers)
	equal(t, "customers as known by r1", query(t, conn, "select id from ("+s.CurrentSQL()+") order by id"), []string{"cus_other", "cus_third"})
	again, err := l.Forget(t.Context(), o)
	if err != nil || again.Changes() {
		t.Errorf("a second forget reports %+v %v", again, err)
	}
	commitRun(t, l, "r4", hour(4), func(txn *Txn) error { return shopRun(t.Context(), txn, conn, 4) })
}

func streamRows(t *testing.T, conn *sql.Conn, l *Lake, id StreamID, columns string) []string {
	t.Helper()
	s, _ := now(t, l).Stream(id)
	return query(t, conn, "select "+columns+" from ("+s.CurrentSQL()+") order by all")
}

func TestForgetPerson(t *testing.T) {
	conn := newConn(t)
	l := shopRuns(t, conn, filepath.Join(t.TempDir(), "lake"))
	amounts := streamRows(t, conn, l, invoices, "id, customer, amount")
	done, err := l.Forget(t.Context(), forgetPerson())
	if err != nil {
		t.Fatal(err)
	}
	if places := named(t, conn, l.dir, address, "ana.lima%40acme"); len(places) > 0 {
		t.Errorf("the person is named in\n%s", strings.Join(places, "\n"))
	}
	equal(t, "revenue", streamRows(t, conn, l, invoices, "id, customer, amount"), amounts)
	equal(t, "addresses", streamRows(t, conn, l, invoices, "distinct customer_email"), []string{"<nil>"})
	equal(t, "customers", streamRows(t, conn, l, customers, "id, email, contact_name, credit"),
		[]string{gone + "|<nil>|<nil>|3", "cus_other|<nil>|<nil>|5", "cus_third|bob@acme.com|Bob|6"})
	extra := streamRows(t, conn, l, customers, "_extra")
	if !slices.ContainsFunc(extra, func(row string) bool {
		return json.Valid([]byte(row)) && strings.Contains(row, `\n[forgotten], [forgotten]; see`) && strings.Contains(row, "xana.lima@")
	}) {
		t.Errorf("extra columns %q", extra)
	}
	// of a contact the id and the company stay
	equal(t, "contacts", streamRows(t, conn, l, contacts, "id, company, email, firstname, _extra"), []string{
		"p1|" + gone + "|<nil>|<nil>|<nil>", "p2|cus_other|<nil>|<nil>|<nil>", `p3|cus_other|bob@acme.com|Bob|{"boss":"[forgotten]"}`})
	equal(t, "replies", streamRows(t, conn, l, replies, "author, body"), []string{"bob@acme.com|ask [forgotten] about " + gone + "."})
	equal(t, "quarantine", query(t, conn, "select file, line from ("+now(t, l).QuarantineSQL()+") order by all"), []string{"a.csv|3", "b.csv|3"})
	for _, s := range done.Streams {
		if s.Source == replies.Source && s.Stream == replies.Stream && (s.Removed != 3 || s.Emptied != 3) {
			t.Errorf("replies: %+v", s)
		}
	}
	checkClean(t, l)
}

// TestForgetInKeysAndNumbers takes ids out of keys, numbers and JSON without breaking what is around them.
func TestForgetInKeysAndNumbers(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	links := StreamID{"crm", "links"}
	people := StreamID{"crm", "people"}
	commitRun(t, l, "r1", hour(1), func(txn *Txn) error {
		return errors.Join(
			rowsRun(t.Context(), txn, conn, links, BatchOptions{Key: []string{"id"}}, `select * from (values ('12345678901:1', 1::bigint, '{}'), ('2', 12345678901::bigint, '{"a":[12345678901,12345678901, 123456789012],"b":12345678901,"c":"12345678901 x"}')) as c(id, other, _extra)`),
			rowsRun(t.Context(), txn, conn, people, BatchOptions{Key: []string{"mail"}}, `select * from (values ('ana.lima@acme.com.br', 'c1', null), ('b@c.de', 'c2', null)) as c(mail, account, _extra)`))
	})
	if _, err := l.Forget(t.Context(), ForgetOptions{Accounts: map[string][]string{"crm": {"12345678901", "2"}}, Subject: func(StreamID) Subject { return Subject{} }, Mark: "m"}); err != nil {
		t.Fatal(err)
	}
	equal(t, "links", streamRows(t, conn, l, links, "id, other, _extra"), []string{`2|<nil>|{"a":[null,null, 123456789012],"b":null,"c":"[forgotten] x"}`})
	o := forgetPerson()
	o.Subject = func(StreamID) Subject { return Subject{Account: "account", Emails: []string{"mail"}} }
	if _, err := l.Forget(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	equal(t, "people", streamRows(t, conn, l, people, "mail, account"), []string{"b@c.de|c2", "forgotten-1|c1"})
}

func TestForgetStopsWhenToldNot(t *testing.T) {
	conn := newConn(t)
	l := shopRuns(t, conn, filepath.Join(t.TempDir(), "lake"))
	before := snapshot(t, conn, l.dir)
	o := forgetAccount()
	o.Ready = func(ForgetReport, bool) error { return errFault }
	_, err := l.Forget(t.Context(), o)
	wantError(t, err, "no space left")
	if snapshot(t, conn, l.dir) != before {
		t.Error("the lake has changed")
	}
	checkClean(t, l)
	ctx, cancel := context.WithCancel(t.Context())
	o.Ready = func(ForgetReport, bool) error { cancel(); return nil }
	_, err = l.Forget(ctx, o)
	wantError(t, err, "canceled")
	if snapshot(t, conn, l.dir) != before {
		t.Error("the lake has changed")
	}
	checkClean(t, l)
}

func TestForgetFaultAtEveryStep(t *testing.T) {
	t.Parallel()
	testFaults(t, faultCase{
		faults: []fault{failOnce, kill, powerCut},
		before: func(t *testing.T, conn *sql.Conn, dir string) {
			l, err := Open(dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			commitRun(t, l, "r1", hour(1), func(txn *Txn) error {
				txn.Count(customers, Counts{Read: 2, Quarantined: 2})
				return errors.Join(
					rowsRun(t.Context(), txn, conn, customers, byID, "select '"+gone+"' as id, null as _extra union all select 'other', null"),
					rowsRun(t.Context(), txn, conn, contacts, byID, "select 'p1' as id, '"+gone+"' as company, null as _extra"),
					txn.Quarantine(t.Context(), customers, []string{"a.csv"}, bad(
						QuarantinedRecord{"a.csv", 1, "id", "why", gone}, QuarantinedRecord{"a.csv", 2, "id", "why", "raw"})))
			})
		},
		do: func(ctx context.Context, l *Lake, _ *sql.Conn, _ func() bool) error {
			_, err := l.Forget(ctx, forgetAccount())
			return err
		},
	})
}

const forgetEnv = "LASTRO_TEST_FORGET_CHILD"

// forgetOnce is what a child process does before it is killed.
func forgetOnce(ctx context.Context, dir string) int {
	l, err := Open(dir, nil)
	if err == nil {
		fmt.Println("begun")
		_, err = l.Forget(ctx, forgetAccount())
	}
	if err != nil {
		fmt.Println("error:", err)
		return 1
	}
	fmt.Println("done")
	return 0
}

// TestKilledWhileForgetting kills a forget at random moments: the account is there as it was, or nowhere.
func TestKilledWhileForgetting(t *testing.T) {
	t.Parallel()
	conn := newConn(t)
	base := filepath.Join(t.TempDir(), "base")
	shopRuns(t, conn, base)
	whole := snapshot(t, conn, base)
	random := rand.New(rand.NewPCG(5, 6))
	outcomes := map[string]int{}
	longest := time.Minute // the first one is let to its end, to know how long one takes here
	for n := range 12 {
		dir := filepath.Join(t.TempDir(), "lake")
		if err := os.CopyFS(dir, os.DirFS(base)); err != nil {
			t.Fatal(err)
		}
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), forgetEnv+"="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		lines.Scan()
		began := time.Now()
		after := time.Duration(random.Int64N(int64(longest * 5 / 4)))
		switch n {
		case 0:
			after = longest
		case 1:
			after = 0
		}
		timer := time.AfterFunc(after, func() { _ = child.Process.Kill() })
		finished := lines.Scan() && lines.Text() == "done"
		timer.Stop()
		if finished {
			longest = time.Since(began) // about how long one takes here
		}
		_ = child.Wait() // it was killed: that is no error here
		l, err := Open(dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		txn, err := l.Begin("next", hour(9))
		if err != nil {
			t.Fatal(err)
		}
		checkClean(t, l)
		if err := txn.Abort(); err != nil {
			t.Fatal(err)
		}
		switch places := named(t, conn, dir, gone); {
		case len(places) == 0:
			outcomes["gone"]++
		case finished:
			t.Fatalf("the child said it was done, and the account is named in %q", places)
		case snapshot(t, conn, dir) == whole:
			outcomes["there"]++
		default:
			t.Fatalf("half of the account is left: %q", places)
		}
	}
	if outcomes["gone"] == 0 || outcomes["there"] == 0 {
		t.Errorf("kills reached %v", outcomes)
	}
	t.Logf("outcomes %v", outcomes)
}
