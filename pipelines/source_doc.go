package pipelines

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lastro/extract/rest/spec"
	models "lastro/sql"
)

// SourceDoc describes a connector for a person who wants to use it.
type SourceDoc struct {
	Name        string       `json:"name"`
	Title       string       `json:"title"`
	Description string       `json:"description"`
	Docs        string       `json:"docs,omitempty"`
	Auth        string       `json:"auth,omitempty"`
	Limits      string       `json:"limits,omitempty"`
	Settings    []SettingDoc `json:"settings"`
	Streams     []StreamDoc  `json:"streams"`
	// Entities are the canonical entities that its built-in staging models give.
	Entities []string `json:"entities"`
}

// SettingDoc is what a pipeline's file gives under config.
type SettingDoc struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Required    bool   `json:"required"`
	Secret      bool   `json:"secret"`
	Default     string `json:"default,omitempty"`
}

// StreamDoc is one stream of a connector.
type StreamDoc struct {
	Name        string        `json:"name"`
	Description string        `json:"description,omitempty"`
	Key         []string      `json:"key"`
	Of          string        `json:"of,omitempty"` // the stream whose records it is asked for
	Reads       string        `json:"reads"`        // how a later run reads it
	Deletes     string        `json:"deletes,omitempty"`
	Account     string        `json:"account,omitempty"` // the column with the account's id
	Emails      []string      `json:"emails,omitempty"`
	People      []string      `json:"people,omitempty"` // other columns about a person
	Columns     []StreamField `json:"columns"`
}

// StreamField is a column of a stream, or a field that only _extra holds.
type StreamField struct {
	Name string `json:"name"`
	Type string `json:"type,omitempty"`
	Path string `json:"path,omitempty"` // where the record has it, where that is not its name
}

// DescribeConnector says what a connector reads and needs.
func DescribeConnector(connector *Connector) (SourceDoc, error) {
	doc := SourceDoc{
		Name: connector.Connector, Title: connector.Title, Description: strings.TrimSpace(connector.Description), Docs: connector.Docs,
		Auth: connector.Client.Auth.Type, Limits: limitsText(connector.Client.Limits), Settings: []SettingDoc{}, Entities: []string{},
	}
	for _, name := range slices.Sorted(maps.Keys(connector.Settings)) {
		setting := connector.Settings[name]
		doc.Settings = append(doc.Settings, SettingDoc{name, strings.TrimSpace(setting.Description), setting.Required, setting.Secret, setting.Default})
	}
	slices.SortStableFunc(doc.Settings, func(a, b SettingDoc) int { return settingRank(a) - settingRank(b) })
	for _, resource := range connector.Resources {
		if !resource.Hidden {
			doc.Streams = append(doc.Streams, describeStream(resource))
		}
	}
	stagings, err := stagingsOf(models.Staging, Source{Name: connector.Connector, Rest: &Rest{Spec: connector}}, nil)
	if err != nil {
		return doc, fmt.Errorf("staging models of connector %s: %w", connector.Connector, err)
	}
	for _, model := range stagings {
		if _, entity, ok := stagingParts(model.Name); ok {
			doc.Entities = append(doc.Entities, entity)
		}
	}
	return doc, nil
}

func settingRank(s SettingDoc) int {
	if s.Required {
		return 0
	}
	return 1
}

func describeStream(resource spec.Resource) StreamDoc {
	doc := StreamDoc{
		Name: resource.Name, Description: strings.TrimSpace(resource.Description), Key: resource.PrimaryKey, Reads: readsText(resource),
		Account: resource.Subject.Account, Emails: resource.Subject.Emails, People: resource.Subject.People, Columns: []StreamField{},
	}
	if resource.Parent != nil {
		doc.Of = resource.Parent.Resource
	}
	switch {
	case resource.Deletes == spec.DeletesMissing && resource.DeletedWhen != "":
		doc.Deletes = "what a full read has not, and records with " + resource.DeletedWhen
	case resource.Deletes == spec.DeletesMissing:
		doc.Deletes = "what a full read has not"
	case resource.DeletedWhen != "":
		doc.Deletes = "records with " + resource.DeletedWhen
	}
	for _, name := range columnNames(resource) {
		column, own := resource.Columns[name]
		field := StreamField{Name: name, Type: column.Type, Path: column.Path}
		if !own {
			field.Path = "of " + doc.Of + ": " + resource.Parent.Include[name]
		}
		if field.Type == "" {
			field.Type = "text"
		}
		doc.Columns = append(doc.Columns, field)
	}
	return doc
}

// readsText says how a later run reads a stream.
func readsText(resource spec.Resource) string {
	incremental := resource.Incremental
	if incremental == nil && resource.Parent != nil {
		return "with each " + strings.TrimSuffix(resource.Parent.Resource, "s") + " that is read"
	}
	if incremental == nil {
		return "everything, each time"
	}
	text := "what has changed"
	switch incremental.Strategy {
	case spec.ByEvents:
		text += ", by the events of the API"
		if incremental.Events != nil && incremental.Events.Retention > 0 {
			text += fmt.Sprintf(" (kept %s)", days(incremental.Events.Retention.Std()))
		}
	case spec.BySearch:
		text += ", by search"
	default:
		text += " since"
		if incremental.CursorPath != "" {
			text += ", by " + incremental.CursorPath
		}
	}
	if incremental.Lookback > 0 {
		text += fmt.Sprintf(", and the last %s again", days(incremental.Lookback.Std()))
	}
	return text
}

func days(span time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case span >= 2*day && span%day == 0:
		return fmt.Sprintf("%d days", span/day)
	case span%time.Hour == 0:
		return fmt.Sprintf("%dh", span/time.Hour)
	case span%time.Minute == 0:
		return fmt.Sprintf("%dm", span/time.Minute)
	}
	return span.String()
}

func limitsText(limits spec.Limits) string {
	var parts []string
	if limits.PerSecond > 0 {
		parts = append(parts, fmt.Sprintf("%g requests a second", limits.PerSecond))
	}
	if limits.PerEndpoint > 0 && limits.PerEndpoint != limits.PerSecond {
		parts = append(parts, fmt.Sprintf("%g to one endpoint", limits.PerEndpoint))
	}
	if limits.PerDay > 0 {
		parts = append(parts, fmt.Sprintf("%d a day", limits.PerDay))
	}
	return strings.Join(parts, ", ")
}
