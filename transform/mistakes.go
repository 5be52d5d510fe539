package transform

import (
	"fmt"
	"sort"
	"strings"
)

// Mistake is one thing that is wrong with a model, and where.
type Mistake struct {
	// File is the file as messages name it; Line and Column count from 1 and are 0 when not known.
	File         string
	Line, Column int
	Message      string
}

// String gives the mistake as file:line:column: message.
func (m Mistake) String() string {
	if m.File == "" {
		return m.Message
	}
	return place(m.File, m.Line, m.Column) + ": " + m.Message
}

// InvalidModelsError is all that is wrong with a set of models, found before anything ran.
type InvalidModelsError struct{ Mistakes []Mistake }

// Error lists the mistakes, one a line.
func (e *InvalidModelsError) Error() string {
	if len(e.Mistakes) == 1 {
		return e.Mistakes[0].String()
	}
	lines := make([]string, 0, len(e.Mistakes)+1)
	lines = append(lines, fmt.Sprintf("%d mistakes in the models:", len(e.Mistakes)))
	for _, m := range e.Mistakes {
		lines = append(lines, m.String())
	}
	return strings.Join(lines, "\n")
}

// mistakes collects mistakes while models are read.
type mistakes []Mistake

func (m *mistakes) add(file string, line, column int, format string, args ...any) {
	*m = append(*m, Mistake{File: file, Line: line, Column: column, Message: fmt.Sprintf(format, args...)})
}

// at adds a mistake at a byte of a model's SQL.
func (m *mistakes) at(model *Model, offset int, format string, args ...any) {
	line, column := position(model.SQL, offset)
	m.add(model.File, line, column, format, args...)
}

// err gives the mistakes in the order of their files and lines as one error, nil when there are none.
func (m mistakes) err() error {
	if len(m) == 0 {
		return nil
	}
	sorted := append([]Mistake(nil), m...)
	sort.SliceStable(sorted, func(i, j int) bool {
		a, b := sorted[i], sorted[j]
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	return &InvalidModelsError{Mistakes: sorted}
}
