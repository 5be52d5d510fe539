package postgres

import (
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// keyText gives the key of a row for a message.
func (l *layout) keyText(batch arrow.RecordBatch, row int) string {
	parts := make([]string, len(l.key))
	for i, at := range l.key {
		parts[i] = l.columns[at].Name + " " + batch.Column(l.columns[at].source).ValueStr(row)
	}
	return strings.Join(parts, ", ")
}
