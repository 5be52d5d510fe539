package lake

import (
	"path/filepath"
	"testing"
)

// TestForgetLeavesNoEarlierVersion forgets a contact whose address came with a later version, and an invoice that moved to
// the customer: their earlier versions must not come back.
func TestForgetLeavesNoEarlierVersion(t *testing.T) {
	conn := newConn(t)
	dir := filepath.Join(t.TempDir(), "lake")
	l, err := Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	commitRun(t, l, "r1", hour(1), func(txn *Txn) error {
		if err := rowsRun(t.Context(), txn, conn, StreamID{"desk", "people"}, byID, "select * from (values ('u1', null::varchar, 'Ana Lima', null)) as c(id, email, name, _extra)"); err != nil {
			return err
		}
		return rowsRun(t.Context(), txn, conn, invoices, byID, "select * from (values ('in_1', 'cus_draft', null::varchar, 100.5, null)) as c(id, customer, customer_email, amount, _extra)")
	})
	commitRun(t, l, "r2", hour(2), func(txn *Txn) error {
		if err := rowsRun(t.Context(), txn, conn, StreamID{"desk", "people"}, byID, "select * from (values ('u1', 'ana.lima@acme.com.br', 'Ana Lima', null)) as c(id, email, name, _extra)"); err != nil {
			return err
		}
		return rowsRun(t.Context(), txn, conn, invoices, byID, "select * from (values ('in_1', '"+gone+"', null::varchar, 200.5, null)) as c(id, customer, customer_email, amount, _extra)")
	})
	o := forgetPerson()
	o.Subject = func(id StreamID) Subject {
		if id.Stream == "people" {
			return Subject{Emails: []string{"email"}, People: []string{"name"}}
		}
		return shopSubject(id)
	}
	if _, err := l.Forget(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	s, _ := now(t, l).Stream(StreamID{"desk", "people"})
	equal(t, "people", query(t, conn, "select id, name from ("+s.CurrentSQL()+")"), nil)
	if _, err := l.Forget(t.Context(), forgetAccount()); err != nil {
		t.Fatal(err)
	}
	s, _ = now(t, l).Stream(invoices)
	equal(t, "invoices", query(t, conn, "select id, customer, amount from ("+s.CurrentSQL()+")"), nil)
}
