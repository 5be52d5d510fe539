// Package spec is the form of a connector file: what an HTTP API offers and how it is read, as data. Its words are those
// of dlt's rest_api source where that has one.
package spec

// Connector is a connector file. Texts may hold placeholders: {settings.NAME} anywhere, {parent.COLUMN} in the path, the
// parameters and the body of a resource with a parent.
type Connector struct {
	Connector   string             `yaml:"connector"` // its name, as stripe
	Title       string             `yaml:"title"`     // as people know it
	Description string             `yaml:"description"`
	Docs        string             `yaml:"docs"`     // where the API is documented
	Settings    map[string]Setting `yaml:"settings"` // what a pipeline's file gives under config
	Client      Client             `yaml:"client"`
	Defaults    Resource           `yaml:"resource_defaults"` // what each resource has unless it says otherwise
	Resources   []Resource         `yaml:"resources"`
}

// Setting is a value that the pipeline's file gives.
type Setting struct {
	Description string `yaml:"description"`
	Required    bool   `yaml:"required"`
	Secret      bool   `yaml:"secret"`  // never printed
	Default     string `yaml:"default"` // when the pipeline's file says nothing
}

// Client is what all requests of a connector have in common.
type Client struct {
	BaseURL string            `yaml:"base_url"`
	Headers map[string]string `yaml:"headers"`
	Auth    Auth              `yaml:"auth"`
	Limits  Limits            `yaml:"limits"`
	Retry   Retry             `yaml:"retry"`
	// ErrorPath finds the message of an error in a body, as error.message. A body of status 200 that has ErrorWhen is an
	// error too.
	ErrorPath string `yaml:"error_path"`
	ErrorWhen string `yaml:"error_when"` // a path whose presence makes a body an error, as error
	// Check is the resource of which lastro check reads one record.
	Check string `yaml:"check"`
}

// Auth says how a request shows who asks.
type Auth struct {
	Type string `yaml:"type"` // bearer, basic, header, query, oauth2_refresh, oauth2_client_credentials; empty: none
	// Token is of bearer; Username and Password of basic; Name and Value of header and query.
	Token    string `yaml:"token"`
	Username string `yaml:"username"`
	Password string `yaml:"password"`
	Name     string `yaml:"name"`
	Value    string `yaml:"value"`
	// What follows is of OAuth2.
	TokenURL     string   `yaml:"token_url"` // absolute, or below base_url
	ClientID     string   `yaml:"client_id"`
	ClientSecret string   `yaml:"client_secret"`
	RefreshToken string   `yaml:"refresh_token"`
	Scopes       []string `yaml:"scopes"`
}

// Limits are how much may be asked.
type Limits struct {
	PerSecond   float64 `yaml:"per_second"`   // requests a second; 0: no limit
	Burst       int     `yaml:"burst"`        // how many may come at once; 0: one
	PerEndpoint float64 `yaml:"per_endpoint"` // requests a second to one endpoint; 0: no limit
	PerDay      int64   `yaml:"per_day"`      // requests in 24 hours, a budget for all runs together; 0: none
	// RemainingHeader and ResetHeader are what the API says of its own limit, as X-RateLimit-Remaining.
	RemainingHeader string `yaml:"remaining_header"`
	ResetHeader     string `yaml:"reset_header"` // seconds to wait, or a Unix time
}

// Retry says which answers are asked for again. Connections that break, 429 and 5xx always are.
type Retry struct {
	Attempts int      `yaml:"attempts"` // 0: 6
	Statuses []int    `yaml:"statuses"` // besides, as 403 where that is a quota
	MaxWait  Duration `yaml:"max_wait"` // of one wait, also of Retry-After; 0: 5m
}

// Resource is one stream: what it asks and what its records are.
type Resource struct {
	Name        string            `yaml:"name"` // the stream, as customers
	Description string            `yaml:"description"`
	Endpoint    Endpoint          `yaml:"endpoint"`
	PrimaryKey  []string          `yaml:"primary_key"` // columns; one name or a list
	Columns     map[string]Column `yaml:"columns"`     // what is more than text inside _extra; by the name in the lake
	// Parent makes one request, or one for a batch, for each record of another resource.
	Parent *Parent `yaml:"parent"`
	// Incremental says how a later run asks for what has changed; nil: it reads everything again.
	Incremental *Incremental `yaml:"incremental"`
	// Deletes says how records that are gone are found: "" (never), missing (a full read that ended has them not).
	Deletes string `yaml:"deletes"`
	// DeletedWhen is a path whose true value says that the record is deleted, as deleted or archived.
	DeletedWhen string `yaml:"deleted_when"`
	// Also reads the same resource once more with other parameters, as {archived: "true"}: records it gives are part of
	// the stream. Such a list is read whole in every run, but where events tell what has changed.
	Also []map[string]string `yaml:"also"`
	// Subject names the columns that say whose record it is, for mask and lake forget.
	Subject Subject `yaml:"subject"`
	// Hidden resources are asked but no stream, as an event feed.
	Hidden bool `yaml:"hidden"`
	// Total is a path in a page, or header:NAME, of how many records the API says there are; data_quality compares it.
	Total string `yaml:"total"`
}

// Endpoint is one list of the API.
type Endpoint struct {
	Path         string            `yaml:"path"`
	Method       string            `yaml:"method"`        // GET (default) or POST
	Params       map[string]string `yaml:"params"`        // of the query; an empty value leaves a parameter of the defaults out
	Body         string            `yaml:"body"`          // JSON, of a POST
	DataSelector string            `yaml:"data_selector"` // path of the records in a page, as data; empty: the page is the list; "$" a single record
	Paginator    *Paginator        `yaml:"paginator"`
}

// Paginator says how the next page is asked for.
type Paginator struct {
	// Type is single_page, json_link, header_link, cursor, header_cursor, offset, page_number or last_id.
	Type string `yaml:"type"`
	// NextPath is where the page has the next link or the cursor, as paging.next.after; of header_cursor the header.
	NextPath string `yaml:"next_path"`
	// Param is the parameter that takes the cursor, offset, page number or last id.
	Param string `yaml:"param"`
	// BodyPath takes it in the body of a POST in place of a parameter.
	BodyPath string `yaml:"body_path"`
	// MorePath is a path whose false value ends the list, as has_more; empty: an empty page, or no cursor, ends it.
	MorePath string `yaml:"more_path"`
	// IDPath is where a record has the id that last_id gives; empty: id.
	IDPath string `yaml:"id_path"`
	// LimitParam and Limit are how many records a page may have. It goes where the cursor goes: into the body where
	// BodyPath is said, else into the query.
	LimitParam string `yaml:"limit_param"`
	Limit      int    `yaml:"limit"`
	// Base is the first page's number, or offset.
	Base int `yaml:"base"`
	// TotalPath is how many records or pages there are, of offset and page_number; empty: a page short of Limit ends it.
	TotalPath string `yaml:"total_path"`
}

// Parent says for which records of another resource this one is asked.
type Parent struct {
	Resource string `yaml:"resource"`
	// Batch is how many parents one request may name, where the body or a parameter has {parents.COLUMN}: their JSON
	// list in a body ({parents.COLUMN:KEY} one of objects, [{"KEY": "…"}]), joined by commas in a parameter. 0: one
	// request for each.
	Batch int `yaml:"batch"`
	// Include copies columns of the parent into the record: the parent's column, by the name that it has here, as
	// {invoice_id: id}.
	Include map[string]string `yaml:"include"`
	// When is a path of the parent's record whose false or empty value needs no request, as lines.has_more.
	When string `yaml:"when"`
	// Embedded is a path of the parent's record that holds the first of the records, as lines.data: only where When says
	// that there are more are they asked for.
	Embedded string `yaml:"embedded"`
	// Replaces says that a parent's records are read as a whole: those the lake has of this parent and the read has not
	// are deleted.
	Replaces bool `yaml:"replaces"`
}

// Incremental says how a later run finds what has changed since the last.
type Incremental struct {
	// Strategy is param (the list takes a start), events (a feed names the changed ones, which are asked for one by one)
	// or search (a search in windows by last id).
	Strategy string `yaml:"strategy"`
	// CursorPath is where a record has the moment of its change.
	CursorPath string `yaml:"cursor_path"`
	// CursorFormat is iso (default), epoch, epoch_ms or date.
	CursorFormat string `yaml:"cursor_format"`
	// StartParam and EndParam take the bounds; EndParam may be empty.
	StartParam string `yaml:"start_param"`
	EndParam   string `yaml:"end_param"`
	// InitialValue is where the first read starts, empty: everything.
	InitialValue string `yaml:"initial_value"`
	// Lookback is read again each time, for what came late.
	Lookback Duration `yaml:"lookback"`
	// Events is of the strategy events, Search of search.
	Events *Events `yaml:"events"`
	Search *Search `yaml:"search"`
}

// Events finds changed records in a feed of events, newest first or oldest first, and asks for each as it is now: what
// an event holds may be rendered by another version of the API.
type Events struct {
	Resource   string   `yaml:"resource"`    // the hidden resource that is the feed
	Types      []string `yaml:"types"`       // prefixes of the types that touch this stream, as customer.
	TypePath   string   `yaml:"type_path"`   // in an event, as type
	TimePath   string   `yaml:"time_path"`   // epoch seconds, as created
	ObjectID   string   `yaml:"object_id"`   // as data.object.id
	Deleted    []string `yaml:"deleted"`     // types that say that the object is gone, as customer.deleted
	Path       string   `yaml:"path"`        // of one object, as /v1/customers/{id}
	Retention  Duration `yaml:"retention"`   // how long the feed is kept: a longer gap needs a full read
	StartParam string   `yaml:"start_param"` // of the feed, as created[gte]
}

// Search asks for records changed since a moment, in windows by id: an API that gives at most MaxResults a query, and
// many records of one moment.
type Search struct {
	Path         string   `yaml:"path"`
	CursorField  string   `yaml:"cursor_field"`
	IDField      string   `yaml:"id_field"`
	PageSize     int      `yaml:"page_size"`
	MaxResults   int      `yaml:"max_results"`
	Properties   []string `yaml:"properties"`
	DataSelector string   `yaml:"data_selector"`
	NextPath     string   `yaml:"next_path"`
	PerSecond    float64  `yaml:"per_second"` // of searches alone
}

// Column is a field of a record that has a column of its own. In the file it is the type's name, or a mapping. What no
// column takes is kept in _extra, as JSON.
type Column struct {
	// Type is one of the canonical types (text, integer, boolean, date, timestamp, money, decimal(p,s), double), or json:
	// the field as JSON text.
	Type string `yaml:"type"`
	// Path is where the record has it, as recurring.interval or lines.data[0].id; empty: the column's name.
	Path string `yaml:"path"`
	// Format is of moments: iso (default), epoch, epoch_ms.
	Format   string `yaml:"format"`
	Required bool   `yaml:"required"` // a record without it goes to quarantine
}

// Subject names the columns that hold whose record it is.
type Subject struct {
	Account string   `yaml:"account"` // the id of the account in this source
	Emails  []string `yaml:"emails"`
	// People are other columns about a person, as a name or a phone.
	People []string `yaml:"people"`
}
