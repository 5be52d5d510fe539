package pipelines

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	models "lastro/sql"
	"lastro/sql/canonical"
	"lastro/transform"
)

// Identity is how the accounts of several sources become one.
type Identity struct {
	// Order names sources, the one whose ids all others take first. Those that it leaves out follow in the file's order.
	Order []string `json:",omitempty"`
	// Overrides say which account an account of a source is, whatever the rules say.
	Overrides []Override `json:",omitempty"`
}

// Override is a line of the file of overrides.
type Override struct {
	Source, SourceAccountID string
	// AccountID is the account that it is: an id of the first source, or <source>:<id> of another one.
	AccountID string
}

// versioned writes out the choices, for the fingerprint of what tables are made of.
func (i Identity) versioned() string { return fmt.Sprintf("%q %q", i.Order, i.Overrides) }

// givenIdentity are the tables of identity that stand before any model.
var givenIdentity = []string{"account_overrides", "source_account_versions"}

// overridesTable gives the overrides to the models.
func (i Identity) overridesTable() string {
	var rows []string
	for _, o := range i.Overrides {
		rows = append(rows, row(text(o.Source), text(o.SourceAccountID), text(o.AccountID)))
	}
	return table("account_overrides", "source varchar, source_account_id varchar, account_id varchar", rows)
}

// identitiesSuffix ends the names of staging models that tell the accounts of their source, stg_<source>__account_identities.
const identitiesSuffix = "__account_identities"

// identity makes the models by which the accounts of several sources are one. A nil identity is that of a pipeline in which
// one source has all accounts: their ids are the ids, and nothing is built for it.
type identity struct {
	// sources have accounts of their own, in the order in which they are believed; others have the ids of these.
	sources, others []string
	stagings        []staging
	identities      map[string]string // models that tell the accounts, by source
}

// newIdentity finds out whether there is anything to unify.
func newIdentity(config *Config, stagings []staging, names []string) *identity {
	i := &identity{stagings: stagings, identities: map[string]string{}}
	for _, name := range names {
		source, isStaging := strings.CutPrefix(strings.TrimSuffix(name, identitiesSuffix), "stg_")
		if isStaging && strings.HasSuffix(name, identitiesSuffix) && source != "" {
			i.identities[source] = name
		}
	}
	order := slices.Clone(config.Identity.Order)
	for _, source := range config.Sources {
		order = append(order, source.Name)
	}
	var rest []string // of the lake alone
	for _, s := range stagings {
		rest = append(rest, s.source)
	}
	slices.Sort(rest)
	for _, source := range append(order, rest...) {
		switch _, tells := i.identities[source]; {
		case slices.Contains(i.sources, source) || slices.Contains(i.others, source):
		case tells || len(i.of(source, "accounts")) > 0:
			i.sources = append(i.sources, source)
		case slices.ContainsFunc(stagings, func(s staging) bool { return s.source == source && hasAccount(s.entity) }):
			i.others = append(i.others, source)
		}
	}
	if len(i.sources) > 1 || len(i.sources) == 1 && len(config.Identity.Overrides) > 0 {
		return i
	}
	return nil
}

// hasAccount tells whether records of an entity are of an account.
func hasAccount(entity string) bool {
	e, _ := canonical.ByName(entity)
	_, ok := e.Column("account_id")
	return ok
}

// of gives the stagings of an entity, of one source or of all ("").
func (i *identity) of(source, entity string) []staging {
	return slices.DeleteFunc(slices.Clone(i.stagings), func(s staging) bool {
		return s.entity != entity || source != "" && s.source != source
	})
}

// position is a source's place, from 1; those with accounts come before those without.
func (i *identity) position(source string) int {
	return 1 + slices.Index(append(slices.Clone(i.sources), i.others...), source)
}

// merged are the entities of which two records can become one when their accounts do. A model each says how.
var merged = []string{"accounts", "account_history", "usage", "milestones"}

// entity gives the models of a canonical entity: those of a pipeline with one source of accounts, or such as give
// account_id by the map.
func (i *identity) entity(entity canonical.Entity) []transform.Model {
	if !hasAccount(entity.Name) || len(i.of("", entity.Name)) == 0 {
		return []transform.Model{entityModel(entity, i.stagings, nil)}
	}
	if !slices.Contains(merged, entity.Name) {
		return []transform.Model{entityModel(entity, i.stagings, i)}
	}
	raw := entityModel(entity, i.stagings, nil)
	raw.Name = "source_" + entity.Name
	raw.Path = "canonical/" + raw.Name + ".sql"
	raw.Header.Description = "Records of " + entity.Name + " with the account ids of their sources."
	raw.Header.Key = nil // sources may use the same id
	return []transform.Model{raw}
}

// models gives what stands between the sources' accounts and the map, and the map itself.
func (i *identity) models() ([]transform.Model, error) {
	if i == nil {
		return singleIdentity(), nil
	}
	all := []transform.Model{i.ids(), i.tells()}
	for n, source := range i.sources {
		all = append(all, i.candidatesOf(n, source), i.mapOf(n, source))
	}
	all = append(all, i.union("candidates", "What the rules find for each account of a source."), i.union("own", "The account that each account of the sources with accounts is."))
	files, err := i.files()
	return append(all, files...), err
}

// union gathers the models of all sources of one name.
func (i *identity) union(name, description string) transform.Model {
	var parts []string
	for _, source := range i.sources {
		parts = append(parts, "select * from "+partName(name, source))
	}
	return derived("int_identity__"+name, description, "view", strings.Join(parts, " union all "))
}

// partName is the name of a source's part of a model. Two underscores end it, which no source's name has.
func partName(name, source string) string { return "int_identity_" + name + "__" + source }

func derived(name, description, materialized, sql string) transform.Model {
	return transform.Model{
		Name: name, Layer: "intermediate", Path: "intermediate/" + name + ".sql", SQL: sql,
		Header: transform.Header{Description: description, Materialized: materialized},
	}
}

// files are the models whose text is the same for all sources: those in sql/identity.
func (i *identity) files() ([]transform.Model, error) {
	var all []transform.Model
	err := fs.WalkDir(models.Models, "identity", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(file) != ".sql" {
			return err
		}
		name := strings.TrimSuffix(path.Base(file), ".sql")
		layer := path.Base(path.Dir(file))
		if _, isEntity := canonical.ByName(name); isEntity && len(i.of("", name)) == 0 {
			return nil // the empty entity stands
		}
		content, err := fs.ReadFile(models.Models, file)
		all = append(all, transform.Model{Name: name, Layer: layer, Path: layer + "/" + name + ".sql", File: "built-in/" + file, SQL: string(content)})
		return err
	})
	return all, err
}

// singleIdentity stands where one source has all accounts.
func singleIdentity() []transform.Model {
	empty := func(name, columns string) transform.Model {
		var list []string
		for column := range strings.FieldsSeq(columns) {
			list = append(list, "cast(null as varchar) as "+column)
		}
		m := derived(name, "Nothing: one source has all accounts.", "view", "select "+strings.Join(list, ", ")+" where false")
		m.Header.Constant = true
		return m
	}
	return []transform.Model{
		empty("int_account_map", "source source_account_id account_id rule matched_value"),
		empty("int_account_candidates", "source source_account_id account_id"),
		empty("int_unmatched_accounts", "source source_account_id account_id name reason rule matched_value candidates"),
		{
			Name: "account_versions", Layer: "canonical", Path: "canonical/account_versions.sql",
			Header: transform.Header{Description: "Every version that was seen of an account.", Materialized: "view"},
			SQL:    "select " + strings.Join(versionColumns, ", ") + " from source_account_versions",
		},
	}
}

// neededStagings leaves out the built-in models that tell accounts where nothing is to be unified.
func neededStagings(builtin, generated []transform.Model) []transform.Model {
	if slices.ContainsFunc(generated, func(m transform.Model) bool { return m.Name == "source_account_identities" }) {
		return builtin
	}
	return slices.DeleteFunc(builtin, func(m transform.Model) bool { return strings.HasSuffix(m.Name, identitiesSuffix) })
}
