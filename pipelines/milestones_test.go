package pipelines

import "testing"

// TestCustomersByHand works out who is where on the way to success, in a company of four accounts.
func TestCustomersByHand(t *testing.T) {
	settings := `as_of: 2025-03-31
health: {least_coverage: 0}
milestones:
  - {name: live, value: true, label: {pt: No ar, en: Live}}
  - {name: saved, kind: customer, expansion: true}
surveys:
  - {survey: nps, every_days: 90, delay_days: 30}
  - {survey: csat, after: ticket_resolved, delay_days: 1, expires_days: 14}
  - {survey: ces, touchpoint: onboarding, after: milestone, milestone: live, delay_days: 5}
`
	dir := published(t, settings, map[string]string{
		"accounts.csv": "account_id,name,owner\na1,Um,Ana\na2,Dois,Bia\na3,Três,Ana\na4,Quatro,Ana\n",
		"subscription_items.csv": itemHeader + "i1,a1,core,BRL,100,2025-01-01,\ni2,a2,core,BRL,250,2025-01-01,\n" +
			"i3,a3,core,BRL,100,2025-01-01,\ni4,a4,core,BRL,100,2025-01-01,2025-02-10\n",
		"milestones.csv": "account_id,milestone,achieved_at\na1,live,2025-01-11T12:00:00Z\na1,saved,2025-03-01T12:00:00Z\n" +
			"a2,live,2025-01-31T12:00:00Z\na3,live,2025-04-02T12:00:00Z\n",
		"survey_responses.csv": "response_id,account_id,respondent_id,survey,score,scale_min,scale_max,touchpoint,comment,responded_at\n" +
			"r1,a1,ana,nps,3,0,10,,,2025-01-10T12:00:00Z\nr2,a1,ana,nps,10,0,10,,Ótimo,2025-03-05T12:00:00Z\nr3,a1,bia,nps,8,0,10,,,2025-03-05T12:00:00Z\n" +
			"r4,a3,eva,nps,10,0,10,,,2025-03-05T12:00:00Z\nr5,a1,ana,ces,7,1,7,onboarding,,2025-01-20T12:00:00Z\n",
		"tickets.csv": "ticket_id,account_id,opened_at,resolved_at,priority\nt1,a2,2025-03-01T12:00:00Z,,urgent\nt2,a2,2025-03-01T12:00:00Z,,urgent\n" +
			"t3,a2,2025-03-01T12:00:00Z,,urgent\nt4,a3,2025-03-20T12:00:00Z,2025-03-25T12:00:00Z,low\nt5,a1,2025-02-20T12:00:00Z,2025-03-01T12:00:00Z,low\n",
		"invoices.csv":  "invoice_id,account_id,issued_at,due_at,paid_at,status,total\nv1,a2,2025-01-01,2025-01-13,,open,100\n",
		"contracts.csv": "contract_id,account_id,term_start,term_end,value,currency\nc1,a2,2024-07-01,2025-07-01,3000,BRL\n",
	})
	t.Run("time to value", func(t *testing.T) {
		row := find(t, rowsOf(t, dir, "time_to_value"), map[string]string{"grain": "quarter", "cohort_quarter": "2025-01-01", "dimension": "all"})
		if row["accounts"] != "4" || row["reached"] != "2" || row["median_days"] != "30" || row["p75_days"] != "" {
			t.Errorf("of four accounts two got there after 10 and 30 days: %v", row)
		}
	})
	t.Run("milestone progress", func(t *testing.T) {
		row := find(t, rowsOf(t, dir, "milestone_progress"), map[string]string{"dimension": "all", "milestone": "live"})
		if row["reached"] != "2" || row["accounts"] != "3" || row["label_pt"] != "No ar" || row["kind"] != "functional" {
			t.Errorf("two of three active accounts are live: %v", row)
		}
		near(t, row, "median_days", 20, 0)
	})
	t.Run("advocates", func(t *testing.T) {
		rows := rowsOf(t, dir, "advocates")
		if len(rows) != 1 || rows[0]["account_id"] != "a1" || rows[0]["respondent_id"] != "ana" || rows[0]["comment"] != "Ótimo" || rows[0]["milestone"] != "saved" {
			t.Errorf("only ana of a1 is one: %v", rows)
		}
	})
	t.Run("expansion candidates", func(t *testing.T) {
		rows := rowsOf(t, dir, "expansion_candidates")
		if len(rows) != 1 || rows[0]["account_id"] != "a1" || rows[0]["milestone_reached_on"] != "2025-03-01" {
			t.Errorf("only a1 is one: %v", rows)
		}
	})
	t.Run("at risk", func(t *testing.T) {
		row := find(t, rowsOf(t, dir, "at_risk_accounts"), map[string]string{"account_id": "a2"})
		for column, want := range map[string]string{
			"owner": "Bia", "mrr": "250.0000", "renewal_on": "2025-07-01", "days_to_renewal": "92", "tier": "red",
			"reasons_pt": "nota 18, vermelha; caiu 50 pontos em um mês; suporte 0 (antes 100); financeiro 14 (antes 49)",
			"reasons_en": "score 18, red; fell 50 points in a month; support 0 (was 100); financial 14 (was 49)",
		} {
			if row[column] != want {
				t.Errorf("%s is %q, want %q", column, row[column], want)
			}
		}
		change := find(t, rowsOf(t, dir, "health_changes"), map[string]string{"account_id": "a2", "month": "2025-03-01"})
		if change["component"] != "support" || change["reason_pt"] != "suporte de 100 para 0" {
			t.Errorf("what moved a2 most: %v", change)
		}
	})
	t.Run("surveys due", func(t *testing.T) {
		rows := rowsOf(t, dir, "surveys_due")
		if len(rows) != 3 {
			t.Errorf("%d surveys are due, want 3: %v", len(rows), rows)
		}
		for _, want := range []map[string]string{
			{"account_id": "a2", "survey": "nps", "due_on": "2025-01-31", "days_overdue": "59", "is_due": "true", "cause": "schedule", "last_answered_on": ""},
			{"account_id": "a3", "survey": "csat", "due_on": "2025-03-26", "days_overdue": "5", "event_id": "t4", "cause": "ticket_resolved"},
			{"account_id": "a2", "survey": "ces", "due_on": "2025-02-05", "event_id": "live", "touchpoint": "onboarding"},
		} {
			find(t, rows, want)
		}
	})
}
