package pipelines

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lastro/sql/canonical"
	"lastro/transform"
)

// rows is what stands after FROM for the records of a staging that count.
func (s staging) rows() (relation, where string) {
	if s.judged != "" {
		return s.judged, "_verdict = 'accepted'"
	}
	return s.model, "true"
}

// ids are the account ids that the records of each source have.
func (i *identity) ids() transform.Model {
	var parts []string
	for _, s := range i.stagings {
		if !hasAccount(s.entity) {
			continue
		}
		relation, where := s.rows()
		parts = append(parts, fmt.Sprintf(
			"select distinct %s as source, %d as source_position, %t as has_accounts, account_id as source_account_id, %d as in_accounts from %s where %s and account_id is not null",
			text(s.source), i.position(s.source), slices.Contains(i.sources, s.source), boolNumber(s.entity == "accounts"), relation, where))
	}
	m := derived("source_account_ids", "The account ids that the records of each source have.", "table",
		"select source, source_position, has_accounts, source_account_id, max(in_accounts) = 1 as in_accounts from ("+
			strings.Join(parts, " union all ")+") as used group by source, source_position, has_accounts, source_account_id")
	m.Header.Key = []string{"source", "source_account_id"}
	return m
}

func boolNumber(is bool) int {
	if is {
		return 1
	}
	return 0
}

// identityColumns are what a model that tells a source's accounts may give besides account_id.
var identityColumns = []string{"name", "domain", "tax_id", "email", "external_id"}

// tells gathers what tells the companies that accounts are: what a source's model of identities gives, or its accounts,
// whose columns external_id and email count where they have such.
func (i *identity) tells() transform.Model {
	var deps []string
	for _, source := range i.sources {
		if name, ok := i.identities[source]; ok {
			deps = append(deps, name)
			continue
		}
		for _, s := range i.of(source, "accounts") {
			relation, _ := s.rows()
			deps = append(deps, relation)
		}
	}
	m := derived("source_account_identities", "What tells the companies that the accounts of each source are, as it stands.", "table", "")
	m.Deps = deps
	m.Generate = func(ctx context.Context, engine transform.Engine) (string, error) {
		var parts []string
		for _, source := range i.sources {
			part, err := i.tellsOf(ctx, engine, source)
			if err != nil {
				return "", err
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, " union all "), nil
	}
	return m
}

func (i *identity) tellsOf(ctx context.Context, engine transform.Engine, source string) (string, error) {
	head := "select distinct " + text(source) + " as source, cast(account_id as varchar) as source_account_id"
	name, ok := i.identities[source]
	if !ok {
		relation, where := i.of(source, "accounts")[0].rows()
		return head + ", name, domain, tax_id, json_extract_scalar(_extra, '$.email') as email, json_extract_scalar(_extra, '$.external_id') as external_id from " +
			relation + " where " + where, nil
	}
	columns, err := engine.Describe(ctx, name)
	if err != nil {
		return "", err
	}
	has := func(column string) bool {
		return slices.ContainsFunc(columns, func(c transform.Column) bool { return strings.EqualFold(c.Name, column) })
	}
	if !has("account_id") {
		return "", fmt.Errorf("%s lacks account_id, the account's id in the source: add it to its select list", name)
	}
	for _, column := range identityColumns {
		if has(column) {
			head += ", cast(" + column + " as varchar) as " + column
		} else {
			head += ", cast(null as varchar) as " + column
		}
	}
	return head + " from " + name + " where account_id is not null", nil
}

// earlier gives the accounts of the sources before the n-th.
func (i *identity) earlier(n int) string {
	parts := []string{"select cast(null as varchar) as source, cast(null as varchar) as source_account_id, cast(null as varchar) as account_id where false"}
	for _, source := range i.sources[:n] {
		parts = append(parts, "select source, source_account_id, account_id from "+partName("own", source))
	}
	return strings.Join(parts, " union all ")
}

// candidatesSQL finds for the accounts of source %[1]s those of earlier sources %[2]s that share a key, by the first rule
// that finds any. A key of very many accounts need not give them all: two are a conflict.
const candidatesSQL = `with known as (
    select kind, value, account_id
    from (
        select kind, value, account_id, row_number() over (partition by kind, value order by account_id) as candidate_no
        from (
            select distinct keys.kind, keys.value, earlier.account_id
            from (%[2]s) as earlier
            inner join int_identity__keys as keys on earlier.source = keys.source and earlier.source_account_id = keys.source_account_id
        ) as shared
    ) as numbered
    where candidate_no <= 20
),

found as (
    select own.source_account_id, rules.rule_no, rules.rule, known.account_id, min(own.value) as matched_value
    from int_identity__keys as own
    inner join int_identity__rules as rules on own.kind = rules.own_kind
    inner join known on rules.known_kind = known.kind and own.value = known.value
    where own.source = %[1]s
    group by own.source_account_id, rules.rule_no, rules.rule, known.account_id
),

firsts as (
    select source_account_id, min(rule_no) as rule_no
    from found
    group by source_account_id
)

select %[1]s as source, found.source_account_id, found.rule, found.account_id, found.matched_value
from found
inner join firsts on found.source_account_id = firsts.source_account_id and found.rule_no = firsts.rule_no`

func (i *identity) candidatesOf(n int, source string) transform.Model {
	return derived(partName("candidates", source), "The accounts of earlier sources that each account of "+source+" may be, by the first rule that finds any.",
		"table", fmt.Sprintf(candidatesSQL, text(source), i.earlier(n)))
}

// mapSQL decides for each account id of source %[1]s: an override, else the rules, else its own id, which is %[2]s, by the
// name %[3]s. %[4]s are the accounts of earlier sources, %[5]s the candidates; %[6]s says why an id is left over.
const mapSQL = `with matches as (
    select
        source_account_id,
        min(rule) as rule,
        min(matched_value) as matched_value,
        min(account_id) as account_id,
        count(*) as accounts,
        array_join(array_agg(account_id order by account_id), ', ') as candidates
    from %[5]s
    group by source_account_id
),

ids as (
    select
        ids.source_position,
        ids.source_account_id,
        %[2]s as own_id,
        ids.in_accounts,
        overrides.status,
        overrides.is_itself,
        overrides.target,
        overrides.target_source,
        overrides.target_account_id
    from source_account_ids as ids
    left join int_identity__overrides as overrides on ids.source = overrides.source and ids.source_account_id = overrides.source_account_id
    where ids.source = %[1]s
),

ruled as (
    select
        ids.source_account_id,
        case when matches.accounts = 1 then matches.account_id else ids.own_id end as account_id,
        case when matches.accounts = 1 then matches.rule else %[3]s end as rule,
        case when matches.accounts = 1 then matches.matched_value end as matched_value,
        %[6]s as reason,
        case when matches.accounts > 1 then matches.rule end as conflict_rule,
        case when matches.accounts > 1 then matches.matched_value end as conflict_value,
        case when matches.accounts > 1 then matches.candidates end as candidates
    from ids
    left join matches on ids.source_account_id = matches.source_account_id
    where ids.status is null
),

overridden as (
    select
        ids.source_account_id,
        case
            when ids.status != 'good' or ids.is_itself then ids.own_id
            when ids.target_source = %[1]s then coalesce(beside.account_id, targets.own_id)
            else before.account_id
        end as account_id,
        case when ids.status = 'good' then 'override' else %[3]s end as rule,
        case when ids.status = 'good' then ids.target end as matched_value,
        case when ids.status != 'good' then 'unknown_override' end as reason,
        cast(null as varchar) as conflict_rule,
        cast(null as varchar) as conflict_value,
        case when ids.status != 'good' then ids.target end as candidates
    from ids
    left join ruled as beside on ids.target_account_id = beside.source_account_id
    left join ids as targets on ids.target_account_id = targets.source_account_id
    left join (%[4]s) as before on ids.target_source = before.source and ids.target_account_id = before.source_account_id
    where ids.status is not null
)

select %[1]s as source, %[7]d as source_position, decided.*
from (
    select * from ruled
    union all
    select * from overridden
) as decided`

func (i *identity) mapOf(n int, source string) transform.Model {
	ownID, ownRule, reason := "ids.source_account_id", "'own'", "cast(null as varchar)"
	if n > 0 {
		ownID, ownRule = "concat(ids.source, ':', ids.source_account_id)", "'none'"
		reason = "case when matches.accounts > 1 then 'conflict' when matches.accounts = 1 then null when ids.in_accounts then 'no_match' else 'not_in_accounts' end"
	}
	m := derived(partName("own", source), "The account that each account id of "+source+" is.", "table",
		fmt.Sprintf(mapSQL, text(source), ownID, ownRule, i.earlier(n), partName("candidates", source), reason, n+1))
	m.Header.Key = []string{"source", "source_account_id"}
	return m
}

// mapped joins the records of a staging with the accounts that they are of.
func (i *identity) mapped(entity canonical.Entity, s staging) string {
	var list []string
	for _, column := range entity.Columns {
		if column.Name == "account_id" {
			list = append(list, "mapped.account_id")
			continue
		}
		list = append(list, "records."+transform.Quote(column.Name))
	}
	relation, where := s.rows()
	return "select " + strings.Join(list, ", ") + ", records._extra, " + text(s.source) + " as _source, records._file, records._line from " + relation +
		" as records left join int_account_map as mapped on mapped.source = " + text(s.source) +
		" and records.account_id = mapped.source_account_id where " + where
}
