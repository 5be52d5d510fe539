package pipelines

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lastro/extract/lake"
	"lastro/transform"
)

// givenTables are the tables that stand before any model: what the run is, its policy, and what became of the records.
var givenTables = append([]string{"policy", "run_context", "stream_counts", "stream_notes", "quarantine_records"}, append(givenIdentity, customerTables...)...)

// give makes the given tables.
func give(ctx context.Context, engine transform.Engine, config *Config, build *Build, view *lake.View) error {
	statements := []string{
		policyTable(config.Policy),
		contextTable(build, view),
		countsTable(view.Counts()),
		notesTable(config, view),
		"create table quarantine_records as " + view.QuarantineSQL(),
		"create view source_account_versions as " + accountVersions(config, view),
		config.Identity.overridesTable(),
	}
	for _, statement := range append(statements, giveCustomers(config.Policy.Customers)...) {
		if err := engine.Exec(ctx, statement); err != nil {
			return fmt.Errorf("make the tables that models are given: %w", err)
		}
	}
	return nil
}

func policyTable(policy Policy) string {
	var rows []string
	for _, setting := range append(policy.Settings(), policy.Customers.settings()...) {
		rows = append(rows, row(text(setting.Name), text(setting.Value), text(setting.Default), text(policy.Version())))
	}
	return table("policy", "setting varchar, value varchar, default_value varchar, policy_version varchar", rows)
}

func contextTable(build *Build, view *lake.View) string {
	records, at, ok := view.LastCommit()
	moment := "null"
	if ok {
		moment = instant(at)
	}
	return table("run_context",
		"run_id varchar, as_of date, timezone varchar, currency varchar, policy_version varchar, code_version varchar, records_run_id varchar, records_at timestamp",
		[]string{row(text(build.RunID), text(build.AsOf), text(build.Timezone), text(build.Currency),
			text(build.PolicyVersion), text(build.CodeVersion), text(records), moment)})
}

func countsTable(counts []lake.StreamCount) string {
	rows := make([]string, 0, len(counts))
	for _, count := range counts {
		rows = append(rows, row(text(count.RunID), text(count.Source), text(count.Stream), fmt.Sprint(count.Read),
			fmt.Sprint(count.Accepted), fmt.Sprint(count.Dropped), fmt.Sprint(count.Quarantined), instant(count.CommittedAt)))
	}
	return table("stream_counts",
		"run_id varchar, source varchar, stream varchar, rows_read bigint, rows_accepted bigint, rows_dropped bigint, rows_quarantined bigint, committed_at timestamp",
		rows)
}

// versionColumns are what account history is made of.
var versionColumns = []string{
	"_first_seen", "account_id", "segment", "industry", "country", "acquisition_channel", "owner", "name", "domain", "tax_id", "_extra",
}

// accountVersions gives every version of the accounts that sources deliver as such, with the ids of the sources.
func accountVersions(config *Config, view *lake.View) string {
	var parts []string
	for _, source := range config.Sources {
		stream, ok := view.Stream(lake.StreamID{Source: source.Name, Stream: "accounts"})
		if !ok || len(stream.Key) == 0 || source.Rest != nil {
			continue
		}
		have := make(map[string]bool, len(stream.Columns))
		for _, column := range stream.Columns {
			have[column.Name] = true
		}
		var columns []string
		for _, name := range versionColumns {
			if have[name] {
				columns = append(columns, transform.Quote(name))
			} else {
				columns = append(columns, "cast(null as varchar) as "+transform.Quote(name))
			}
		}
		parts = append(parts, "select "+text(source.Name)+" as source, "+strings.Join(columns, ", ")+" from ("+stream.VersionsSQL()+")")
	}
	if len(parts) == 0 {
		return "select cast(null as varchar) as source, cast(null as varchar) as " + strings.Join(versionColumns[1:], ", cast(null as varchar) as ") + ", cast(null as timestamp) as _first_seen where false"
	}
	return strings.Join(parts, " union all ")
}

func table(name, columns string, rows []string) string {
	statement := "create table " + name + " (" + columns + ")"
	if len(rows) > 0 {
		statement += "; insert into " + name + " values " + strings.Join(rows, ", ")
	}
	return statement
}

func row(values ...string) string { return "(" + strings.Join(values, ", ") + ")" }

// text writes a string as a SQL literal.
func text(value string) string { return "'" + strings.ReplaceAll(value, "'", "''") + "'" }

// instant writes a moment as a SQL literal in UTC.
func instant(at time.Time) string {
	return "timestamp '" + at.UTC().Format("2006-01-02 15:04:05.000000") + "'"
}
