package spec

// Types of paginators.
const (
	SinglePage   = "single_page"
	JSONLink     = "json_link"
	HeaderLink   = "header_link"
	Cursor       = "cursor"
	HeaderCursor = "header_cursor"
	Offset       = "offset"
	PageNumber   = "page_number"
	LastID       = "last_id"
)

// Strategies of incremental reading.
const (
	ByParam  = "param"
	ByEvents = "events"
	BySearch = "search"
)

// DeletesMissing is the way of finding deletes by a full read that has them not.
const DeletesMissing = "missing"

// words are what the values of some keys may be, for checks and the schema: by type and key.
var words = map[string][]string{
	"Paginator.type":            {SinglePage, JSONLink, HeaderLink, Cursor, HeaderCursor, Offset, PageNumber, LastID},
	"Incremental.strategy":      {ByParam, ByEvents, BySearch},
	"Incremental.cursor_format": {"iso", "epoch", "epoch_ms", "date"},
	"Column.format":             {"iso", "epoch", "epoch_ms"},
	"Endpoint.method":           {"GET", "POST"},
	"Resource.deletes":          {DeletesMissing},
	"Auth.type":                 {"bearer", "basic", "header", "query", "oauth2_refresh", "oauth2_client_credentials"},
}
