package files

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"github.com/duckdb/duckdb-go/v2"
)

// tap is a function in SQL that takes bad records out of a query as they pass, so that one scan parts the good from
// the bad. It is called with the bad ones alone and returns false:
//
//	case when _reason is null then true else tap(_file, _line, _column, _reason) end
type tap struct {
	name string

	mu   sync.Mutex
	into *spool
}

var tapsNumbered atomic.Int64

// openTap makes the function on a connection's database. DuckDB does not let go of functions, so a source has one.
func openTap(ctx context.Context, conn *sql.Conn) (*tap, error) {
	// Records must keep their order on the way; it is DuckDB's default.
	if _, err := conn.ExecContext(ctx, "set preserve_insertion_order = true"); err != nil {
		return nil, fmt.Errorf("set up DuckDB: %w", err)
	}
	t := &tap{name: fmt.Sprintf("_files_tap_%d", tapsNumbered.Add(1))}
	if err := duckdb.RegisterScalarUDF(conn, t.name, t); err != nil {
		return nil, fmt.Errorf("set up DuckDB: %w", err)
	}
	return t, nil
}

// open lets the records go into a spool; nil closes the tap.
func (t *tap) open(into *spool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.into = into
}

// Config says that the function takes four columns, any of them NULL, and must not be optimised away.
func (t *tap) Config() duckdb.ScalarFuncConfig {
	text, _ := duckdb.NewTypeInfo(duckdb.TYPE_VARCHAR)
	number, _ := duckdb.NewTypeInfo(duckdb.TYPE_BIGINT)
	boolean, _ := duckdb.NewTypeInfo(duckdb.TYPE_BOOLEAN)
	return duckdb.ScalarFuncConfig{
		InputTypeInfos: []duckdb.TypeInfo{text, number, text, text}, ResultTypeInfo: boolean,
		Volatile: true, SpecialNullHandling: true,
	}
}

// Executor gives what DuckDB's threads call.
func (t *tap) Executor() duckdb.ScalarFuncExecutor {
	return duckdb.ScalarFuncExecutor{RowExecutor: func(values []driver.Value) (any, error) {
		var f fault
		f.File, _ = values[0].(string)
		f.Line, _ = values[1].(int64)
		f.Column, _ = values[2].(string)
		f.Reason, _ = values[3].(string)
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.into == nil {
			return nil, errors.New("a bad record came when none was read")
		}
		return false, t.into.add(f)
	}}
}

// fault is a record that goes to quarantine.
type fault struct {
	File   string `json:"file"`
	Line   int64  `json:"line"`
	Column string `json:"column"` // empty: the record as a whole
	Reason string `json:"reason"`
}

// spool keeps faults in a file: there can be as many as there are records.
type spool struct {
	path string

	mu      sync.Mutex
	file    *os.File
	buffer  *bufio.Writer
	encoder *json.Encoder
	n       int64
}

func openSpool(path string) (*spool, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	s := &spool{path: path, file: file, buffer: bufio.NewWriterSize(file, 1<<16)}
	s.encoder = json.NewEncoder(s.buffer)
	s.encoder.SetEscapeHTML(false)
	return s, nil
}

func (s *spool) add(f fault) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	return s.encoder.Encode(f)
}

// count is how many faults there are.
func (s *spool) count() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// flush makes what was added readable.
func (s *spool) flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buffer.Flush()
}

// close removes the spool.
func (s *spool) close() error {
	return errors.Join(s.file.Close(), os.Remove(s.path))
}

// sql gives a SELECT of the faults: file, line, column_name, reason.
func (s *spool) sql() string {
	return "select file, line, \"column\" as column_name, reason from read_json(" + quoteReadPath(s.path) +
		", format = 'newline_delimited', columns = {file: 'VARCHAR', line: 'BIGINT', \"column\": 'VARCHAR', reason: 'VARCHAR'})"
}
