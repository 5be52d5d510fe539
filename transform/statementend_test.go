package transform

import "testing"

func TestCutStatement(t *testing.T) {
	for sql, want := range map[string]string{
		"":                                   "",
		"select 1":                           "select 1",
		"select 1 \n":                        "select 1",
		"select 1;":                          "select 1",
		"select 1;;\n; -- the end;":          "select 1",
		"select 1 -- not; here\n; -- but":    "select 1 -- not; here\n",
		"/* a; /* b; */ c; */ select 1; --":  "/* a; /* b; */ c; */ select 1",
		"select ';', \";\", 'it''s;' ; x":    "select ';', \";\", 'it''s;' ",
		"select e'\\';', E'\\\\';":           "select e'\\';', E'\\\\'",
		"select name'\\'; x":                 "select name'\\'",
		"select $$;'$$, $a$ $$; $a$, $1; --": "select $$;'$$, $a$ $$; $a$, $1",
		"select 'never closed;":              "select 'never closed;",
		"select 1 -- é;\n, 'ß';":             "select 1 -- é;\n, 'ß'",
		"/* never closed; ":                  "/* never closed;",
		"select 1 /*;*/ - -2 /2;":            "select 1 /*;*/ - -2 /2",
	} {
		if got := cutStatement(sql); got != want {
			t.Errorf("%q is cut to %q, want %q", sql, got, want)
		}
	}
}
