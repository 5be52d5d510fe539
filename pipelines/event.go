package pipelines

// Event tells a person who watches how far a run has come.
type Event struct {
	// Stage is extract, transform, check or load.
	Stage string
	// Item is what is worked on: a stream, a model, a check, a target.
	Item string
	// Done says that the item is finished; Rows and Seconds are then what it gave and took.
	Done    bool
	Rows    int64
	Seconds float64
	// Finished of Total items are done; Total is 0 when it is not known.
	Finished, Total int
	// Records says that Finished and Total count records, which came at Rate a second.
	Records bool
	Rate    float64
	// Quota is how many requests an API still allows; nil when that is unknown.
	Quota *int64
}
