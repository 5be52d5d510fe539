package pipelines

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestIdentityProperties shuffles the rows of random systems: the map is the same. One more record never makes two accounts of
// one id, and the MRR in all is what the sources have.
func TestIdentityProperties(t *testing.T) {
	for seed := range uint64(number(t, "LASTRO_IDENTITIES", 3)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 3))
			files := randomSystems(random)
			first := newSystems(t, "identity: {overrides: ./map.csv}", []string{"crm", "billing", "surveys"}, files)
			want, total := unified(t, first)
			shuffled := maps.Clone(files)
			for name, content := range shuffled {
				rows := strings.Split(strings.TrimSpace(content), "\n")
				random.Shuffle(len(rows)-1, func(i, j int) { rows[i+1], rows[j+1] = rows[j+1], rows[i+1] })
				shuffled[name] = strings.Join(rows, "\n") + "\n"
			}
			second := newSystems(t, "identity: {overrides: ./map.csv}", []string{"crm", "billing", "surveys"}, shuffled)
			got, shuffledTotal := unified(t, second)
			if !slices.Equal(got, want) {
				t.Errorf("in another order of rows:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			second.write(map[string]string{"crm/accounts.csv": shuffled["crm/accounts.csv"] + "more," + []string{"d1.com", "d2.com", "new.com"}[random.IntN(3)] + ",,\n"})
			_, moreTotal := unified(t, second)
			if total != shuffledTotal || total != moreTotal {
				t.Errorf("MRR %s, in another order %s, with one more account %s", total, shuffledTotal, moreTotal)
			}
		})
	}
}

// unified builds the map and gives it with the leftovers, and the MRR of all accounts, after looking for what must always hold.
func unified(t *testing.T, s systems) (rows []string, total string) {
	t.Helper()
	db := s.build("account_map", "unmatched_accounts", "accounts", "mrr_rollforward")
	rows = append(lines(t, db, mapQuery), lines(t, db, unmatchedQuery)...)
	rows = append(rows, lines(t, db, "select * exclude (_line) from accounts order by account_id")...)
	for what, query := range map[string]string{
		"accounts of one id":         "select account_id from accounts group by 1 having count(*) > 1",
		"ids in silence":             "select account_id from int_account_map where rule in ('own', 'none', 'given') group by 1 having count(*) > 1",
		"items without account":      "select item_id from subscription_items where account_id is null",
		"unmatched and not told":     "select m.source_account_id from int_account_map m where rule = 'none' and not exists (select 1 from unmatched_accounts u where u.source = m.source and u.source_account_id = m.source_account_id)",
		"records that the map lacks": "select 1 from (select count(*) n from source_account_ids) where n != (select count(*) from int_account_map)",
		"accounts that sources lack": "select account_id from accounts where account_id not in (select account_id from int_account_map)",
	} {
		if found := lines(t, db, query); len(found) > 0 {
			t.Errorf("%s: %v", what, found)
		}
	}
	mrr := lines(t, db, "select cast(closing_mrr as integer) from mrr_rollforward where grain = 'month' and dimension = 'all' and period_start = '2025-03-01'")
	billed := lines(t, db, "select cast(sum(mrr) as integer) from billing.subscription_items")
	if len(mrr) != 1 || !slices.Equal(mrr, billed) {
		t.Errorf("MRR %v, billed %v", mrr, billed)
	}
	return rows, mrr[0]
}

func randomSystems(random *rand.Rand) map[string]string {
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	files := map[string]string{"crm/accounts.csv": "account_id,domain,tax_id,email\n", "billing/accounts.csv": "account_id,domain,tax_id,email,external_id\n",
		"surveys/accounts.csv": "account_id,domain,tax_id,email\n", "billing/subscription_items.csv": items, "map.csv": "source,source_account_id,account_id\n"}
	domain := func() string {
		return pick("", "", "d1.com", "www.d2.com", "https://d3.com.br/x", "d4.com", "gmail.com", "d5.com")
	}
	tax := func() string {
		return pick("", "", "", "11.222.333/0001-81", "11222333000181", "11444777000161", "12.ABC.345/01DE-35", "52998224725")
	}
	email := func() string { return pick("", "", "a@d1.com", "b@d2.com", "c@yahoo.com.br", "d@d6.com") }
	for i := range 12 {
		files["crm/accounts.csv"] += fmt.Sprintf("c%d,%s,%s,%s\n", i, domain(), tax(), email())
		files["billing/accounts.csv"] += fmt.Sprintf("b%d,%s,%s,%s,%s\n", i, domain(), tax(), email(), pick("", "", "", "c1", "crm:c2", "zz"))
		files["surveys/accounts.csv"] += fmt.Sprintf("s%d,%s,%s,%s\n", i, domain(), tax(), email())
		files["billing/subscription_items.csv"] += fmt.Sprintf("i%d,b%d,core,BRL,%d,2025-01-01\n", i, i+random.IntN(2), 10+random.IntN(90))
	}
	for _, id := range random.Perm(8)[:4] {
		files["map.csv"] += fmt.Sprintf("%s,%s%d,%s\n", "billing", "b", id, pick("c1", "c9", "billing:b1", "billing:b7", "c77", fmt.Sprintf("billing:b%d", id)))
	}
	return files
}
