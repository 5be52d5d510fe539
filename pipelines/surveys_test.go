package pipelines

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lastro/sql/oracle"
)

// What companies of tests about customers have in common.
const (
	customerSettings = "timezone: UTC\ncurrency: BRL\n"
	itemHeader       = "item_id,account_id,product_id,currency,mrr,starts_on,ends_on\n"
)

// published runs a company of the given files and gives where its tables lie.
func published(t *testing.T, settings string, files map[string]string) string {
	t.Helper()
	c := newCompany(t, oracle.Settings{}, func(data string) error { return writeFiles(data, files) })
	c.write(customerSettings + settings)
	_, dir := c.run(Options{})
	return dir
}

// find gives the one row whose cells are as wanted.
func find(t *testing.T, rows []map[string]string, want map[string]string) map[string]string {
	t.Helper()
	var found []map[string]string
	for _, row := range rows {
		same := true
		for column, value := range want {
			same = same && row[column] == value
		}
		if same {
			found = append(found, row)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d rows with %v, want one", len(found), want)
	}
	return found[0]
}

// near says that a cell is a number within a tolerance of the one wanted.
func near(t *testing.T, row map[string]string, column string, want, tolerance float64) {
	t.Helper()
	if got := amount(t, row[column]); math.Abs(got-want) > tolerance {
		t.Errorf("%s is %v, want %v", column, got, want)
	}
}

// TestNPSByHand holds the score, its standard error and its interval to figures worked out elsewhere.
func TestNPSByHand(t *testing.T) {
	text := "response_id,respondent_id,survey,score,scale_min,scale_max,is_reversed,responded_at,followed_up_at\n"
	answer := func(month, n, score int) {
		text += fmt.Sprintf("r%d_%d,,nps,%d,0,10,,2025-%02d-05T12:00:00Z,\n", month, n, score, month)
	}
	for n, score := range []int{0, 7, 7, 9, 9, 9} {
		answer(1, n, score)
	}
	answer(2, 1, 1)
	answer(2, 2, 9)
	// a respondent's last answer counts; the first of two at one time is the one with the smaller id
	text += "r3_1,ana,nps,10,0,10,,2025-03-05T12:00:00Z,\n" + "r3_2,ana,nps,3,0,10,,2025-03-06T12:00:00Z,2025-03-08T12:00:00Z\n" +
		"r3_3,bia,nps,9,1,10,,2025-03-06T12:00:00Z,\n" + "r3_4,bia,nps,2,1,10,,2025-03-06T12:00:00Z,2025-05-01T12:00:00Z\n" +
		"c1,ana,ces,2,1,7,true,2025-03-06T12:00:00Z,\n" + "c2,ana,ces,5,1,7,false,2025-03-06T12:00:00Z,\n" + "c3,ana,ces,4,1,7,,2025-03-06T12:00:00Z,\n" +
		"s1,ana,csat,4,1,5,,2025-03-06T12:00:00Z,\n" + "s2,ana,csat,3,1,5,,2025-03-06T12:00:00Z,\n" +
		"late,ana,nps,10,0,10,,2025-05-06T12:00:00Z,\n"
	rows := rowsOf(t, published(t, "as_of: 2025-04-30\n", map[string]string{
		"subscription_items.csv": itemHeader + "i1,a1,core,BRL,100,2025-01-01,\n", "survey_responses.csv": text,
	}), "survey_scores")
	row := func(month, survey string) map[string]string {
		return find(t, rows, map[string]string{"grain": "month", "period_start": "2025-" + month + "-01", "dimension": "all", "survey": survey, "touchpoint": "all"})
	}
	first := row("01", "nps")
	near(t, first, "score", 100.0/3, 1e-9)
	near(t, first, "std_error", 30.4, 0.05)
	near(t, first, "ci_low", -26.7, 0.05)
	near(t, first, "ci_high", 71.2, 0.05)
	second := row("02", "nps")
	near(t, second, "score", 0, 1e-9)
	near(t, second, "std_error", 70.7, 0.05)
	third := row("03", "nps")
	near(t, third, "score", -100, 1e-9)
	near(t, third, "detractors", 2, 0)
	near(t, third, "detractors_followed_up", 0.5, 0) // the other was followed up after as_of
	near(t, row("03", "ces"), "score", 2.0/3, 1e-9)  // 2 reversed is 6; 5; 4 is not easy
	near(t, row("03", "csat"), "score", 0.5, 1e-9)
	if none := rows[len(rows)-1]; none["period_start"] > "2025-03-01" {
		t.Errorf("an answer after as_of was seen: %v", none)
	}
}

// TestAnswersOfNoKnownAccount counts them in the total and as (none), and invitations beside answers.
func TestAnswersOfNoKnownAccount(t *testing.T) {
	rows := rowsOf(t, published(t, "as_of: 2025-04-30\n", map[string]string{
		"accounts.csv":           "account_id,segment\na1,smb\n",
		"subscription_items.csv": itemHeader + "i1,a1,core,BRL,100,2025-01-01,\n",
		"survey_responses.csv": "response_id,account_id,survey,score,scale_min,scale_max,responded_at,touchpoint\n" +
			"r1,a1,nps,9,0,10,2025-03-05T12:00:00Z,all\nr2,,nps,5,0,10,2025-03-05T12:00:00Z,\nr3,zz,nps,5,0,10,2025-03-05T12:00:00Z,\n",
		"survey_invitations.csv": "invitation_id,account_id,survey,touchpoint,sent_at\ni1,a1,nps,all,2025-03-01T12:00:00Z\ni2,a1,nps,,2025-03-01T12:00:00Z\n" +
			"i3,a1,csat,,2025-02-01T12:00:00Z\n",
	}), "survey_scores")
	march := func(dimension, value, touchpoint string) map[string]string {
		return find(t, rows, map[string]string{"grain": "month", "period_start": "2025-03-01", "dimension": dimension, "dimension_value": value, "touchpoint": touchpoint})
	}
	for _, each := range []struct {
		dimension, value, touchpoint string
		responses, invitations       float64
	}{
		{"all", "all", "all", 3, 2}, {"segment", "smb", "all", 1, 2}, {"segment", "(none)", "all", 2, 0}, {"all", "all", "(all)", 1, 1}, {"all", "all", "(none)", 2, 1},
	} {
		row := march(each.dimension, each.value, each.touchpoint)
		near(t, row, "responses", each.responses, 0)
		near(t, row, "invitations", each.invitations, 0)
	}
	asked := find(t, rows, map[string]string{"grain": "month", "survey": "csat", "dimension": "all", "touchpoint": "all"})
	if asked["responses"] != "0" || asked["score"] != "" || asked["invitations"] != "1" {
		t.Errorf("an invitation without an answer: %v", asked)
	}
}

// TestKaplanMeier holds survival to the figures that lifelines publishes for its data sets: each subject is an account whose
// months are the subject's time.
func TestKaplanMeier(t *testing.T) {
	accounts, items := "account_id,segment\n", itemHeader
	subject := func(id, group string, months int, event bool) {
		accounts += id + "," + group + "\n"
		month := func(n int) string { return fmt.Sprintf("%04d-%02d-01", 2000+n/12, n%12+1) } // months since January 2000
		const last = 30*12 + 11                                                               // December 2030 closes the follow-up
		if event {
			items += fmt.Sprintf("i_%s,%s,core,BRL,10,%s,%s\n", id, id, month(100), month(100+months))
		} else {
			items += fmt.Sprintf("i_%s,%s,core,BRL,10,%s,\n", id, id, month(last-months))
		}
	}
	for n, row := range csvRows(t, filepath.Join("..", "testdata", "lifelines", "g3.csv")) {
		if row["group"] == "Control" {
			subject(fmt.Sprintf("g%d", n), "glioma", int(amount(t, row["time"])), row["event"] == "True")
		}
	}
	for n, row := range csvRows(t, filepath.Join("..", "testdata", "lifelines", "waltons_dataset.csv")) {
		subject(fmt.Sprintf("w%d", n), "waltons", int(amount(t, row["T"])), row["E"] == "1")
	}
	dir := published(t, "as_of: 2030-12-31\npolicy: {survival_return_months: 0, dimensions: [segment]}\n", map[string]string{
		"accounts.csv": accounts, "subscription_items.csv": items,
	})
	survival := rowsOf(t, dir, "survival")
	at := func(group string, age int) map[string]string {
		return find(t, survival, map[string]string{"dimension_value": group, "age_months": fmt.Sprint(age)})
	}
	for _, each := range []struct {
		age                 int
		survival, low, high float64
	}{{9, .833, .2731, .975}, {19, .667, .1946, .904}, {32, .5, .1109, .804}, {34, .333, .0461, .676}} {
		row := at("glioma", each.age)
		near(t, row, "survival", each.survival, 0.0005)
		near(t, row, "ci_low", each.low, 0.00005)
		near(t, row, "ci_high", each.high, 0.0005)
	}
	near(t, at("waltons", 56), "survival", .4299, 0.00005)
	summary := find(t, rowsOf(t, dir, "survival_summary"), map[string]string{"dimension_value": "waltons"})
	if summary["accounts"] != "163" || summary["events"] != "156" || summary["median_months"] != "56" {
		t.Errorf("waltons: %v", summary)
	}
}

func csvRows(t *testing.T, path string) []map[string]string {
	t.Helper()
	return rowsOf(t, filepath.Dir(path), strings.TrimSuffix(filepath.Base(path), ".csv"))
}

// commentThemes tags comments and gives their themes by response.
func commentThemes(t *testing.T, settings, themes string, comments []string) map[string]string {
	t.Helper()
	text := "response_id,survey,score,scale_min,scale_max,language,comment,responded_at\n"
	for n, comment := range comments {
		language, said, _ := strings.Cut(comment, ": ")
		text += fmt.Sprintf("r%d,nps,5,0,10,%s,\"%s\",2025-03-05T12:00:00Z\n", n, language, said)
	}
	c := newCompany(t, oracle.Settings{}, func(data string) error {
		return writeFiles(data, map[string]string{"subscription_items.csv": itemHeader + "i1,a1,core,BRL,100,2025-01-01,\n", "survey_responses.csv": text})
	})
	if themes != "" {
		if err := os.WriteFile(filepath.Join(c.dir, "themes.yaml"), []byte(themes), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c.write(customerSettings + "as_of: 2025-04-30\n" + settings)
	_, dir := c.run(Options{})
	found := make(map[string]string)
	for _, row := range rowsOf(t, dir, "survey_answers") {
		found[row["comment"]] = row["themes"]
	}
	return found
}

// TestThemes tags what people write: accents and case, stems, phrases, negations, languages that the source tells wrongly.
func TestThemes(t *testing.T) {
	want := map[string]string{
		"pt: O PRECO é CARO":                              "price-",
		"pt: Não é caro":                                  "price+",
		"pt: Não, o suporte é lento":                      "performance-, support",
		"pt: não vejo mais nenhum erro":                   "bugs+",
		"pt: O suporte demora a responder":                "support-",
		"pt: Custo-benefício ótimo":                       "price+, satisfaction+",
		"pt: Falta integração":                            "integrations, missing_features-",
		"pt: não falta nada":                              "",
		"en: bug no login":                                "bugs-, security",
		"en: No bugs at all":                              "bugs+",
		"en: It isn’t expensive":                          "price+",
		"en: caro demais":                                 "price-",
		": Implantação atrasou":                           "onboarding-",
		"pt: Sistema não cai, mas o relatório é limitado": "missing_features-, reliability+, reports",
		"pt: ":   "",
		"pt: 👏👏": "",
	}
	var comments []string
	for comment := range want {
		comments = append(comments, comment)
	}
	got := commentThemes(t, "", "", comments)
	for comment, themes := range want {
		_, said, _ := strings.Cut(comment, ": ")
		if got[said] != themes {
			t.Errorf("%q has the themes %q, want %q", comment, got[said], themes)
		}
	}
}

// TestOwnLexicon replaces the built-in one, and gives the numbers another policy version.
func TestOwnLexicon(t *testing.T) {
	got := commentThemes(t, "lexicon: ./themes.yaml\n", `
negation_reach: 1
languages: {pt: {negations: [não], common: [o]}}
themes:
  - theme: delivery
    label: {pt: Entrega, en: Delivery}
    when_negated: drop
    terms: {pt: {bad: ["entreg* atrasad*"]}, any: {about: [correios]}}
`, []string{"pt: Entregas atrasadas!", "pt: entregas não atrasadas", "pt: caro", "pt: não entrega atrasada", "pt: os Correios"})
	want := map[string]string{"Entregas atrasadas!": "delivery-", "entregas não atrasadas": "", "caro": "", "não entrega atrasada": "", "os Correios": "delivery"}
	for comment, themes := range want {
		if got[comment] != themes {
			t.Errorf("%q has the themes %q, want %q", comment, got[comment], themes)
		}
	}
}
