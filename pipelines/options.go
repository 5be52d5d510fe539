package pipelines

import (
	"crypto/rand"
	"io"
	"log/slog"
	"time"
)

// Options are what a person asks of a run beside the pipeline file.
type Options struct {
	// Command is how the run was called, for ledger and lock.
	Command string
	// AsOf overrides the as_of of the file; AsKnown limits the records to those known at a time or by a run.
	AsOf, AsKnown string
	// Select and Exclude choose models, as dbt users know them. A selection is built and checked, never published.
	Select, Exclude []string
	// Extraction is what of the sources is read, and from when on.
	Extraction Extraction
	// Force builds and publishes although nothing has changed.
	Force bool

	CodeVersion string
	Now         func() time.Time // nil: the system's clock
	Random      io.Reader        // nil: the system's randomness
	Log         *slog.Logger     // nil: silent
	Notify      func(Event)      // nil: nobody watches
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Notify == nil {
		o.Notify = func(Event) {}
	}
	if o.CodeVersion == "" {
		o.CodeVersion = "dev"
	}
	return o
}

func (o Options) isSelection() bool { return len(o.Select)+len(o.Exclude) > 0 }
