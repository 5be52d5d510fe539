package transform

import "fmt"

// EventKind says what happened to a model.
type EventKind int

// What happens to models.
const (
	Started EventKind = iota + 1
	Done
	Failed
)

// Event is what happened to a model of a build.
type Event struct {
	Kind  EventKind
	Model *Model
	// Rows is the number of rows that a done model has, -1 for a view.
	Rows    int64
	Seconds float64
	// Finished of Total models are done.
	Finished, Total int
	// Err is why a model failed.
	Err error
}

// ModelReport is what became of a model.
type ModelReport struct {
	Name, Layer string
	// Rows is -1 for a view.
	Rows    int64
	Seconds float64
}

// Report is what a build did.
type Report struct {
	// Built are the models that are done, in the order in which they ended.
	Built   []ModelReport
	Seconds float64
}

// BuildError is the first model that failed.
type BuildError struct {
	Model string
	// File, Line and Column say where; Line and Column are 0 when not known.
	File         string
	Line, Column int
	// NotBuilt are the selected models that are not done, this one among them.
	NotBuilt []string
	Err      error
}

// Error names the model, its file and line, and what the engine said.
func (e *BuildError) Error() string {
	return fmt.Sprintf("build model %s: %s: %s", e.Model, place(e.File, e.Line, e.Column), e.Err)
}

// Unwrap gives the engine's error.
func (e *BuildError) Unwrap() error { return e.Err }
