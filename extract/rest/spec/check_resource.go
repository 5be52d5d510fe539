package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lastro/strictyaml"
)

func (d decoder) checkResource(c *Connector, r *Resource, path string) {
	onlyEmbedded := r.Parent != nil && r.Parent.Embedded != "" && r.Parent.When == ""
	if !onlyEmbedded {
		d.need(r.Endpoint.Path, path+".endpoint.path", path, "what follows base_url, as /v1/customers")
	}
	if r.Endpoint.Body != "" && r.Endpoint.Method != "POST" {
		d.Mistake(path+".endpoint.body", path+".endpoint has a body", "a body goes with method: POST")
	}
	d.checkPaginator(r, path+".endpoint.paginator")
	for _, name := range slices.Sorted(maps.Keys(r.Columns)) {
		at := strictyaml.Join(path+".columns", name)
		if !validColumn.MatchString(name) {
			d.Mistake(at, fmt.Sprintf("a column is called %q", name), "use letters, digits and _, beginning with a letter; path says where the record has it")
		}
		if t := r.Columns[name].Type; !validType.MatchString(t) {
			d.Mistake(at, fmt.Sprintf("the column %s is of type %q", name, t), "use text, integer, boolean, date, timestamp, money, decimal(p,s), double or json")
		}
		if f := r.Columns[name]; f.Format != "" && f.Type != "timestamp" && f.Type != "date" {
			d.Mistake(at, fmt.Sprintf("the column %s has a format", name), "only a date or a timestamp has one")
		}
	}
	if !r.Hidden && len(r.PrimaryKey) == 0 {
		d.Mistake(path+".primary_key", path+" lacks primary_key", "the columns that tell its records apart: without them nothing can be read twice")
	}
	for i, key := range r.PrimaryKey {
		if !r.has(key) {
			d.Mistake(fmt.Sprintf("%s.primary_key[%d]", path, i), fmt.Sprintf("the primary key of %s names %q, which is no column", r.Name, key), strictyaml.Suggest(key, r.columnNames()))
		}
	}
	for i, column := range append(append([]string{r.Subject.Account}, r.Subject.Emails...), r.Subject.People...) {
		if column != "" && !r.has(column) {
			d.Mistake(fmt.Sprintf("%s.subject[%d]", path, i), fmt.Sprintf("the subject of %s names %q, which is no column", r.Name, column), strictyaml.Suggest(column, r.columnNames()))
		}
	}
	d.checkParent(c, r, path+".parent")
	d.checkIncremental(c, r, path+".incremental")
}

func (d decoder) checkPaginator(r *Resource, path string) {
	p := r.Endpoint.Paginator
	if p.Type == "" {
		d.Mistake(path+".type", path+" lacks type", "use one of "+strings.Join(words["Paginator.type"], ", "))
		return
	}
	what := fmt.Sprintf("a paginator of type %s", p.Type)
	takes := func() {
		if p.Param == "" && p.BodyPath == "" {
			d.Mistake(path, what+" lacks param", "the parameter that takes it, or body_path")
		}
	}
	switch p.Type {
	case JSONLink:
		d.need(p.NextPath, path+".next_path", what, "where a page has the link, as links.next")
	case Cursor, HeaderCursor:
		d.need(p.NextPath, path+".next_path", what, "where a page has the cursor, as paging.next.after, or the header")
		takes()
	case Offset:
		takes()
		if p.Limit == 0 {
			d.Mistake(path+".limit", what+" lacks limit", "how many records a page has: the next offset is that much more")
		}
	case PageNumber, LastID:
		takes()
	}
	if p.BodyPath != "" && r.Endpoint.Method != "POST" {
		d.Mistake(path+".body_path", path+" has body_path", "a body goes with method: POST; use param")
	}
	if p.LimitParam != "" && p.Limit == 0 {
		d.Mistake(path+".limit", path+" has limit_param and no limit", "how many records a page may have")
	}
}

func (d decoder) checkParent(c *Connector, r *Resource, path string) {
	if r.Parent == nil {
		return
	}
	d.need(r.Parent.Resource, path+".resource", path, "the resource whose records it is asked for")
	parent, ok := c.Resource(r.Parent.Resource)
	if !ok {
		if r.Parent.Resource != "" {
			d.Mistake(path+".resource", fmt.Sprintf("the parent %q is no resource", r.Parent.Resource), strictyaml.Suggest(r.Parent.Resource, c.resourceNames()))
		}
		return
	}
	for _, own := range slices.Sorted(maps.Keys(r.Parent.Include)) {
		if column := r.Parent.Include[own]; !parent.has(column) {
			d.Mistake(strictyaml.Join(path+".include", own), fmt.Sprintf("%s has no column %q to include", parent.Name, column), strictyaml.Suggest(column, parent.columnNames()))
		}
		if !validColumn.MatchString(own) {
			d.Mistake(strictyaml.Join(path+".include", own), fmt.Sprintf("a column is called %q", own), "use letters, digits and _, beginning with a letter")
		}
		if _, twice := r.Columns[own]; twice {
			d.Mistake(strictyaml.Join(path+".include", own), fmt.Sprintf("%s has a column %q of its own", r.Name, own), "give the parent's another name")
		}
	}
	if r.Parent.Batch > 0 && len(r.Parent.Include) > 0 {
		d.Mistake(path+".include", path+" has batch and include", "an answer for several parents does not say whose column it would be")
	}
	if len(parent.PrimaryKey) == 0 {
		d.Mistake(path+".resource", fmt.Sprintf("the parent %s has no primary_key", parent.Name), "what was read of its records must be told apart")
	}
	if r.Parent.Replaces && r.ParentColumn(parent) == "" {
		d.Mistake(path+".replaces", fmt.Sprintf("replaces needs a column with the key of %s", parent.Name), "include it, or in a batch make it the first of primary_key")
	}
	seen := map[string]bool{r.Name: true}
	for at := parent; at.Parent != nil; {
		if seen[at.Name] {
			d.Mistake(path+".resource", fmt.Sprintf("%s is among its own parents", at.Name), "a chain of parents must end at a resource without one")
			return
		}
		seen[at.Name] = true
		next, ok := c.Resource(at.Parent.Resource)
		if !ok {
			return
		}
		at = next
	}
}

// ParentColumn is the column of a record that holds the key of its parent's; empty when none does.
func (r *Resource) ParentColumn(parent *Resource) string {
	if r.Parent.Batch > 0 && len(r.PrimaryKey) > 0 {
		return r.PrimaryKey[0]
	}
	for own, column := range r.Parent.Include {
		if len(parent.PrimaryKey) == 1 && column == parent.PrimaryKey[0] {
			return own
		}
	}
	return ""
}

func (d decoder) checkIncremental(c *Connector, r *Resource, path string) {
	in := r.Incremental
	if in == nil {
		return
	}
	switch in.Strategy {
	case "":
		d.Mistake(path+".strategy", path+" lacks strategy", "use one of "+strings.Join(words["Incremental.strategy"], ", "))
	case ByParam:
		d.need(in.StartParam, path+".start_param", path, "the parameter that takes the moment to read from")
	case ByEvents:
		d.checkEvents(c, r, path+".events")
	case BySearch:
		if in.Search == nil {
			d.Mistake(path+".search", path+" of strategy search lacks search", "say where and how to search")
			return
		}
		at := path + ".search"
		d.need(in.Search.Path, at+".path", at, "what follows base_url")
		d.need(in.Search.CursorField, at+".cursor_field", at, "the property with the moment of a change")
		d.need(in.Search.IDField, at+".id_field", at, "the property with the id, by which to sort")
		if in.Search.PageSize == 0 {
			d.Mistake(at+".page_size", at+" lacks page_size", "how many records a page has")
		}
	}
	if in.Strategy != ByParam && in.Strategy != "" && r.Parent != nil {
		d.Mistake(path+".strategy", fmt.Sprintf("%s has a parent and the strategy %s", r.Name, in.Strategy), "only param goes with a parent; without incremental it is asked for the parents that changed")
	}
}

func (d decoder) checkEvents(c *Connector, r *Resource, path string) {
	e := r.Incremental.Events
	if e == nil {
		d.Mistake(path, "a strategy of events lacks events", "say which feed and which types")
		return
	}
	feed, ok := c.Resource(e.Resource)
	switch {
	case !ok:
		d.Mistake(path+".resource", fmt.Sprintf("%s names the feed %q, which is no resource", path, e.Resource), strictyaml.Suggest(e.Resource, c.resourceNames()))
	case feed.Parent != nil || feed == r:
		d.Mistake(path+".resource", fmt.Sprintf("%s cannot be the feed", e.Resource), "a feed is a list of its own")
	}
	for key, text := range map[string]string{
		"type_path": e.TypePath, "time_path": e.TimePath, "object_id": e.ObjectID, "start_param": e.StartParam,
	} {
		d.need(text, path+"."+key, path, "where an event has it")
	}
	if len(e.Types) == 0 {
		d.Mistake(path+".types", path+" lacks types", "prefixes of the types that touch the stream, as customer.")
	}
	if !strings.Contains(e.Path, "{id}") {
		d.Mistake(path+".path", path+".path has no {id}", "the path of one object, as /v1/customers/{id}")
	}
	if e.Retention == 0 {
		d.Mistake(path+".retention", path+" lacks retention", "how long the feed is kept, as 30d: a longer gap needs a full read")
	}
	if len(r.PrimaryKey) != 1 {
		d.Mistake(path, fmt.Sprintf("%s is changed by events and has no primary key of one column", r.Name), "an event names its object by one id")
	}
}
