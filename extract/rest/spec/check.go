package spec

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"lastro/strictyaml"
)

var (
	validName   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	validColumn = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,62}$`)
	validType   = regexp.MustCompile(`^(text|integer|boolean|date|timestamp|money|double|json|decimal\(\d{1,2}, ?\d{1,2}\))$`)
)

// Resource gives a resource by name; ok is false when there is none.
func (c *Connector) Resource(name string) (*Resource, bool) {
	i := slices.IndexFunc(c.Resources, func(r Resource) bool { return r.Name == name })
	if i < 0 {
		return nil, false
	}
	return &c.Resources[i], true
}

// Streams names the resources that are streams, in the file's order.
func (c *Connector) Streams() []string {
	var names []string
	for _, r := range c.Resources {
		if !r.Hidden {
			names = append(names, r.Name)
		}
	}
	return names
}

func (c *Connector) resourceNames() []string {
	names := make([]string, len(c.Resources))
	for i, r := range c.Resources {
		names[i] = r.Name
	}
	return names
}

// Reads tells whether a column takes what lies at a path of the record, or below it.
func (r *Resource) Reads(path string) bool {
	for name, column := range r.Columns {
		at := column.Path
		if at == "" {
			at = name
		}
		if at == path || strings.HasPrefix(at, path+".") || strings.HasPrefix(at, path+"[") || strings.HasPrefix(path, at+".") {
			return true
		}
	}
	return false
}

// has tells whether a record of the resource has a column: one of its own, or one that its parent gives.
func (r *Resource) has(column string) bool {
	if _, ok := r.Columns[column]; ok {
		return true
	}
	return slices.Contains(r.With(), column)
}

// With names the columns that a record takes from its parent's, sorted.
func (r *Resource) With() []string {
	if r.Parent == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(r.Parent.Include))
}

func (d decoder) check(c *Connector) {
	d.need(c.Connector, "connector", "", "the connector's name, as stripe")
	if c.Connector != "" && !validName.MatchString(c.Connector) {
		d.Mistake("connector", fmt.Sprintf("connector is %q", c.Connector), "use small letters, digits and _, beginning with a letter")
	}
	d.checkClient(c)
	if len(c.Resources) == 0 {
		d.Mistake("resources", "the connector has no resources", "give at least one, with name and endpoint")
	}
	for i := range c.Resources {
		path := fmt.Sprintf("resources[%d]", i)
		r := &c.Resources[i]
		d.need(r.Name, path+".name", path, "the stream's name, as customers")
		if r.Name != "" && !validName.MatchString(r.Name) {
			d.Mistake(path+".name", fmt.Sprintf("the resource's name is %q", r.Name), "use small letters, digits and _, beginning with a letter")
		}
		if first, _ := c.Resource(r.Name); first != r {
			d.Mistake(path+".name", fmt.Sprintf("a second resource of the name %q", r.Name), "names tell streams apart")
		}
		d.checkResource(c, r, path)
	}
	d.checkPlaceholders(c)
}

// need notes that a text is missing; within is where it belongs.
func (d decoder) need(text, path, within, what string) {
	if text != "" || d.Wrong[path] {
		return
	}
	key := path[strings.LastIndexByte(path, '.')+1:]
	where := ""
	if within != "" {
		where = within + " "
	}
	d.Mistake(path, fmt.Sprintf("%slacks %s", where, key), what)
}

// words checks values of which there are few.
func (d decoder) words(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			d.words(v.Elem(), path)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			key := v.Type().Field(i).Tag.Get("yaml")
			field, at := v.Field(i), strictyaml.Join(path, key)
			allowed := words[v.Type().Name()+"."+key]
			if text := field.String(); allowed != nil && text != "" && !slices.Contains(allowed, text) && !strings.Contains(text, "{settings.") {
				d.Mistake(at, fmt.Sprintf("%s is %q", at, text), strictyaml.Suggest(text, allowed))
				continue
			}
			d.words(field, at)
		}
	case reflect.Slice:
		for i := range v.Len() {
			d.words(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			d.words(v.MapIndex(key), strictyaml.Join(path, key.String()))
		}
	}
}

func (d decoder) checkClient(c *Connector) {
	d.need(c.Client.BaseURL, "client.base_url", "", `as https://api.example.com, or "{settings.base_url}"`)
	if u, err := url.Parse(c.Client.BaseURL); !strings.Contains(c.Client.BaseURL, "{") && c.Client.BaseURL != "" &&
		(err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		d.Mistake("client.base_url", fmt.Sprintf("client.base_url is %q", c.Client.BaseURL), "it must be an absolute address, as https://api.example.com")
	}
	needs := map[string]map[string]string{
		"bearer": {"token": c.Client.Auth.Token},
		"basic":  {"username": c.Client.Auth.Username},
		"header": {"name": c.Client.Auth.Name, "value": c.Client.Auth.Value},
		"query":  {"name": c.Client.Auth.Name, "value": c.Client.Auth.Value},
		"oauth2_refresh": {"token_url": c.Client.Auth.TokenURL, "client_id": c.Client.Auth.ClientID,
			"refresh_token": c.Client.Auth.RefreshToken},
		"oauth2_client_credentials": {"token_url": c.Client.Auth.TokenURL, "client_id": c.Client.Auth.ClientID,
			"client_secret": c.Client.Auth.ClientSecret},
	}[c.Client.Auth.Type]
	for _, key := range slices.Sorted(maps.Keys(needs)) {
		d.need(needs[key], "client.auth."+key, "client.auth of type "+c.Client.Auth.Type, "give it, mostly as a placeholder of a setting")
	}
	if c.Client.Check != "" {
		if _, ok := c.Resource(c.Client.Check); !ok {
			d.Mistake("client.check", fmt.Sprintf("client.check names %q, which is no resource", c.Client.Check), strictyaml.Suggest(c.Client.Check, c.resourceNames()))
		}
	}
}

// checkPlaceholders finds those of settings and parents that there are not.
func (d decoder) checkPlaceholders(c *Connector) {
	inResource := regexp.MustCompile(`^resources\[(\d+)\]\.(endpoint\.(path|params|body)|parent)`)
	settings := slices.Sorted(maps.Keys(c.Settings))
	texts(reflect.ValueOf(*c), "", func(path, text string) {
		if strings.HasSuffix(path, "description") {
			return
		}
		Fill(text, func(kind, name string) (string, bool) {
			if kind == "settings" {
				if !slices.Contains(settings, name) {
					d.Mistake(path, fmt.Sprintf("%s names the setting %q, which there is not", path, name), strictyaml.Suggest(name, settings))
				}
				return "", false
			}
			if strings.HasPrefix(path, "resource_defaults") {
				return "", false
			}
			at := inResource.FindStringSubmatch(path)
			var r *Resource
			for i := range c.Resources {
				if at != nil && at[1] == fmt.Sprint(i) {
					r = &c.Resources[i]
				}
			}
			if r == nil || r.Parent == nil {
				d.Mistake(path, fmt.Sprintf("%s names %s.%s, and has no parent", path, kind, name), "only the endpoint of a resource with a parent can")
				return "", false
			}
			column, _, _ := strings.Cut(name, ":") // {parents.COLUMN:KEY} in a body
			if parent, ok := c.Resource(r.Parent.Resource); ok && !parent.has(column) {
				d.Mistake(path, fmt.Sprintf("%s names the column %q, which %s has not", path, column, parent.Name), strictyaml.Suggest(column, parent.columnNames()))
			}
			if batched := r.Parent.Batch > 0; batched != (kind == "parents") {
				d.Mistake(path, fmt.Sprintf("%s has {%s.%s}", path, kind, name), "{parents.…} goes with parent.batch, {parent.…} without")
			}
			return "", false
		})
	})
}

func (r *Resource) columnNames() []string {
	return append(slices.Sorted(maps.Keys(r.Columns)), r.With()...)
}
