package records

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lastro/extract/rest/spec"
)

// secret stands in every value that must not be written. It is too short for zstd to hide it from a search: the test
// looks at the values too.
const secret = "s3cr3t"

func TestMaskedValuesNeverTouchTheDisk(t *testing.T) {
	t.Parallel()
	o := options(t)
	for name, column := range map[string]spec.Column{
		"email": {Type: "text", Path: "contact.email"}, "phone": {Type: "integer"}, "person": {Type: "json"}, "card": {Type: "text", Path: "cards[0].number"},
		"address_line": {Type: "text", Path: "address.line"},
	} {
		o.Columns[name] = column
	}
	o.With = []string{"parent", "owner"}
	key := []byte("key")
	o.Masks = map[string]Mask{
		"email": {Rule: "hash", Key: key}, "phone": {Rule: "redact"}, "note": {Rule: "drop"}, "owner": {Rule: "hash", Key: key}, "person.name": {Rule: "redact"},
		"cards[*].number": {Rule: "hash", Key: key}, "address": {Rule: "hash", Key: key}, "deep[0].x": {Rule: "drop"}, "id": {Rule: "hash", Key: key},
	}
	record := func(id, rest string) string {
		return fmt.Sprintf(`{"id": "%[1]s%[2]s", "contact": {"email": "%[2]s@x.com", "kind": "work"}, "phone": "%[2]s1", "note": "%[2]s2",
			"person": {"name": "%[2]s3", "age": 5}, "cards": [{"number": "%[2]s4"}, {"number": "%[2]s5", "brand": "v"}], "address": {"line": "%[2]s6", "city": "%[2]s7"},
			"deep": [{"x": "%[2]s8", "y": 1}], "n\u006fte": "%[2]s9" %[3]s}`, id, secret, rest)
	}
	body := "[" + strings.Join([]string{
		record("a", ""), record("a", ""), record("b", `, "n": "bad"`), record("c", `, "email": {"x": 1}, "tags": ["x"]`),
		`{"id": ["` + secret + `"], "contact": "x"}`, `{"id": "d", "recurring": {"interval": {"a": 1}}, "contact": {"email": ["` + secret + `"]}, "cards": {"0": 1}}`,
		`{"id": "e", "contact": {"email": null}, "phone": null, "address": null, "cards": [{"number": null}]}`,
	}, ",") + "]"
	w, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Add(parse(t, body), "", map[string]string{"owner": secret, "parent": "p"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Delete([]string{"f" + secret}); err != nil {
		t.Fatal(err)
	}
	g, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range g.Quarantined {
		if strings.Contains(fmt.Sprint(q), secret) {
			t.Errorf("in quarantine: %+v", q)
		}
	}
	files, err := filepath.Glob(filepath.Join(o.Dir, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte(secret)) {
		t.Error("the file has it")
	}
	for _, line := range rows(t, g, "select * from file") {
		if strings.Contains(line, secret) {
			t.Errorf("a row has it: %s", line)
		}
	}
	h := func(value string) string {
		m, err := newMaskers(map[string]Mask{"x": {Rule: "hash", Key: key}})
		if err != nil {
			t.Fatal(err)
		}
		return string(m["x"].append(nil, []byte(value)))
	}
	if len(h("x")) != 32 || h("x") == h("y") {
		t.Errorf("hashes %s and %s", h("x"), h("y"))
	}
	equal(t, "columns", rows(t, g, "select id, email, phone, person, card, address_line, owner, parent from file"), []string{
		fmt.Sprintf(`(%s, %s, redacted, {"name":"redacted","age":5}, %s, %s, %s, p)`, h("a"+secret), h(secret+"@x.com"), h(secret+"4"), h(secret+"6"), h(secret)),
		fmt.Sprintf(`(%s, %s, redacted, {"name":"redacted","age":5}, %s, %s, %s, p)`, h("c"+secret), h(secret+"@x.com"), h(secret+"4"), h(secret+"6"), h(secret)),
		fmt.Sprintf(`(%s, NULL, NULL, NULL, NULL, NULL, %s, p)`, h(`["`+secret+`"]`), h(secret)),
		fmt.Sprintf(`(%s, NULL, NULL, NULL, NULL, NULL, %s, p)`, h("e"), h(secret)),
		fmt.Sprintf(`(%s, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`, h("f"+secret)),
	})
	equal(t, "extra", rows(t, g, "select _extra from file limit 1"), []string{
		fmt.Sprintf(`({"contact":{"kind":"work"},"cards":[{"number":"%s"},{"number":"%s","brand":"v"}],"address":"%s","deep":[{"y":1}]})`,
			h(secret+"4"), h(secret+"5"), h(`{"line":"`+secret+`6","city":"`+secret+`7"}`)),
	})
	if len(g.Quarantined) != 2 || g.Quarantined[0].Column != "n" || g.Quarantined[1].Column != "every" {
		t.Errorf("quarantine %v", reasons(g))
	}
}
