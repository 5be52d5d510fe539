package spec

import "maps"

// merge gives each resource what resource_defaults say and it does not.
func (c *Connector) merge() {
	for i := range c.Resources {
		c.Resources[i].merge(c.Defaults)
	}
}

func (r *Resource) merge(defaults Resource) {
	e, over := &r.Endpoint, defaults.Endpoint
	orDefault(&e.Path, over.Path)
	orDefault(&e.Method, over.Method)
	orDefault(&e.Method, "GET")
	orDefault(&e.Body, over.Body)
	orDefault(&e.DataSelector, over.DataSelector)
	e.Params = under(e.Params, over.Params)
	maps.DeleteFunc(e.Params, func(_, value string) bool { return value == "" })
	if e.Paginator == nil {
		e.Paginator = over.Paginator
	}
	if e.Paginator == nil {
		e.Paginator = &Paginator{Type: SinglePage}
	}
	if len(r.PrimaryKey) == 0 {
		r.PrimaryKey = defaults.PrimaryKey
	}
	r.Columns = under(r.Columns, defaults.Columns)
	if r.Incremental == nil {
		r.Incremental = defaults.Incremental
	}
	if len(r.Also) == 0 {
		r.Also = defaults.Also
	}
	orDefault(&r.Deletes, defaults.Deletes)
	orDefault(&r.DeletedWhen, defaults.DeletedWhen)
	orDefault(&r.Total, defaults.Total)
}

func orDefault(value *string, other string) {
	if *value == "" {
		*value = other
	}
}

// under gives the values of both, of two for one key the first's.
func under[V any](own, defaults map[string]V) map[string]V {
	merged := map[string]V{}
	maps.Copy(merged, defaults)
	maps.Copy(merged, own)
	return merged
}
