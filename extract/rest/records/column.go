package records

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"lastro/extract/rest/spec"
	"lastro/sql/canonical"
)

// form is how a column reads and keeps its values.
type form uint8

const (
	asText form = iota
	asJSON
	asInteger
	asBoolean
	asDouble
	asDate
	asTimestamp
	asDecimal
)

// column gathers the values of one column.
type column struct {
	name     string
	form     form
	width    int // of a decimal
	scale    int
	rounds   bool
	format   string // of a moment
	steps    []step // nil: it is no field of the record
	with     bool
	required bool
	key      bool
	mask     *masker
	place    *field // of the record; nil: it is no field

	// What was read: defined has a 1 for each row that has a value, 0 for NULL. The values themselves are numbers of 64
	// bits, or text and where each ends; a decimal of more than 18 digits is a text of 16 bytes.
	defined []byte
	numbers []int64
	text    []byte
	ends    []uint32
}

// isBytes tells whether values are kept in text.
func (c *column) isBytes() bool {
	return c.form == asText || c.form == asJSON || (c.form == asDecimal && c.width > 18)
}

// newColumns gives the columns in the order of the file: the key's, the others by name, those that come beside the page.
func newColumns(o Options) ([]*column, error) {
	names := make([]string, 0, len(o.Columns))
	for name := range o.Columns {
		names = append(names, name)
	}
	rank := func(name string) int {
		if i := slices.Index(o.Key, name); i >= 0 {
			return i
		}
		return len(o.Key)
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	var columns []*column
	for _, name := range names {
		c, err := newColumn(name, o.Columns[name])
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", name, err)
		}
		columns = append(columns, c)
	}
	for _, name := range o.With {
		if _, declared := o.Columns[name]; declared {
			return nil, fmt.Errorf("column %s: it is a field of the record and comes from elsewhere too", name)
		}
		columns = append(columns, &column{name: name, with: true})
	}
	for _, name := range o.Key {
		i := slices.IndexFunc(columns, func(c *column) bool { return c.name == name })
		if i < 0 {
			return nil, fmt.Errorf("the key's column %s is not among the columns", name)
		}
		columns[i].key, columns[i].required = true, true
	}
	seen := map[string]bool{deletedColumn: true}
	for _, name := range systemColumns {
		seen[name] = true
	}
	for _, c := range columns {
		low := strings.ToLower(c.name)
		if seen[low] {
			return nil, fmt.Errorf("column %s: the name is taken", c.name)
		}
		seen[low] = true
	}
	return columns, nil
}

func newColumn(name string, s spec.Column) (*column, error) {
	c := &column{name: name, required: s.Required, format: s.Format}
	var err error
	if s.Path == "" {
		c.steps = []step{{key: name}}
	} else if c.steps, err = pathOf(s.Path); err != nil {
		return nil, err
	}
	switch s.Format {
	case "", "iso", "epoch", "epoch_ms":
	default:
		return nil, fmt.Errorf("%q is no format of a moment: use iso, epoch or epoch_ms", s.Format)
	}
	if s.Type == "json" {
		c.form = asJSON
		return c, nil
	}
	if s.Type == "" {
		return c, nil
	}
	t, err := canonical.ParseType(s.Type)
	if err != nil {
		return nil, err
	}
	switch t.SQL() {
	case "VARCHAR":
	case "DATE":
		c.form = asDate
	case "TIMESTAMP":
		c.form = asTimestamp
	case "BOOLEAN":
		c.form = asBoolean
	case "BIGINT":
		c.form = asInteger
	case "DOUBLE":
		c.form = asDouble
	default:
		c.form = asDecimal
		if _, err := fmt.Sscanf(t.SQL(), "DECIMAL(%d,%d)", &c.width, &c.scale); err != nil {
			return nil, fmt.Errorf("type %s: %w", s.Type, err)
		}
		switch t.String() {
		case "quantity", "rate", "mrr":
			c.rounds = true
		}
	}
	return c, nil
}

// mistake is why a record cannot be kept.
type mistake struct {
	column string
	reason string
	// conflict says that the value is of another type than the column's.
	conflict bool
}

// take adds a record's value at a node; 0: it has none.
func (c *column) take(p *Page, at uint32) *mistake {
	n := &p.nodes[at]
	if at == 0 || n.kind == isNull {
		return c.none()
	}
	if c.mask != nil {
		if c.required && n.kind == isText && n.end == n.start {
			return c.none()
		}
		if c.mask.drops() {
			c.null()
			return nil
		}
		c.text = c.mask.append(c.text, p.masked(at))
		c.endText()
		return nil
	}
	switch c.form {
	case asText:
		return c.takeText(p, at)
	case asJSON:
		c.text = p.appendMasked(c.text, at, c.place, false)
		c.endText()
		return nil
	case asBoolean:
		return c.takeBoolean(p, at)
	}
	var written []byte
	switch {
	case n.kind == isNumber, n.kind == isText && n.flags&escaped == 0:
		written = p.body[n.start:n.end]
	case n.kind == isText:
		written = p.appendText(nil, at)
	default:
		return c.conflict(p, at, errNotInColumn)
	}
	if len(written) == 0 {
		return c.none()
	}
	if err := c.read(written, n.kind == isNumber); err != nil {
		return c.conflict(p, at, err)
	}
	return nil
}

// none is a value that is absent, null, or "" where the column is not text.
func (c *column) none() *mistake {
	if c.required {
		return &mistake{c.name, "is missing", false}
	}
	c.null()
	return nil
}

func (c *column) takeText(p *Page, at uint32) *mistake {
	switch n := &p.nodes[at]; n.kind {
	case isObject, isList:
		return c.conflict(p, at, errNotInColumn)
	case isText:
		if n.start == n.end && c.required {
			return c.none()
		}
		if n.flags&escaped == 0 {
			c.text = append(c.text, p.body[n.start:n.end]...)
			break
		}
		c.text = p.appendText(c.text, at)
	default:
		c.text = append(c.text, p.body[n.start:n.end]...)
	}
	c.endText()
	return nil
}

func (c *column) takeBoolean(p *Page, at uint32) *mistake {
	n := &p.nodes[at]
	switch {
	case n.kind == isTrue:
		c.number(1)
	case n.kind == isFalse:
		c.number(0)
	case n.kind != isText:
		return c.conflict(p, at, errNotInColumn)
	case n.start == n.end:
		return c.none()
	default:
		switch string(p.appendText(nil, at)) {
		case "true":
			c.number(1)
		case "false":
			c.number(0)
		default:
			return c.conflict(p, at, errors.New("is neither true nor false"))
		}
	}
	return nil
}

// read adds a number, or a text that stands for one or for a moment.
func (c *column) read(written []byte, isNumber bool) error {
	switch c.form {
	case asInteger:
		v, err := integerOf(written)
		if err != nil {
			return err
		}
		c.number(v)
	case asDouble:
		if bytes.ContainsFunc(written, func(r rune) bool { return !strings.ContainsRune("0123456789+-.eE", r) }) {
			return errNoNumber // ParseFloat would take inf, 0x1p4 and 1_000
		}
		v, err := strconv.ParseFloat(string(written), 64)
		if errors.Is(err, strconv.ErrSyntax) {
			return errNoNumber
		}
		if err != nil {
			return errTooLarge
		}
		c.number(int64(math.Float64bits(v)))
	case asDecimal:
		w, err := exact(written, c.width, c.scale, c.rounds)
		if err != nil {
			return err
		}
		if c.width <= 18 {
			c.number(int64(w.low))
			break
		}
		c.text = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(c.text, w.high), w.low)
		c.endText()
	case asDate, asTimestamp:
		v, err := c.moment(written, isNumber)
		if err != nil {
			return err
		}
		c.number(v)
	}
	return nil
}

func (c *column) moment(written []byte, isNumber bool) (v int64, err error) {
	switch c.format {
	case "epoch":
		v, err = epochMoment(written, 6)
	case "epoch_ms":
		v, err = epochMoment(written, 3)
	default:
		if isNumber {
			return 0, errNotInColumn
		}
		v, err = isoMoment(written)
	}
	if c.form == asTimestamp || err != nil {
		if c.form == asDate && errors.Is(err, errNoMoment) {
			err = errNoDate
		}
		return v, err
	}
	day := v / dayMicros
	if v%dayMicros < 0 {
		day--
	}
	return day, nil
}

func (c *column) number(v int64) {
	c.numbers = append(c.numbers, v)
	c.defined = append(c.defined, 1)
}

func (c *column) endText() {
	c.ends = append(c.ends, uint32(len(c.text)))
	c.defined = append(c.defined, 1)
}

// null keeps a place also among the values, so that a row is found by its number.
func (c *column) null() {
	if c.isBytes() {
		c.ends = append(c.ends, uint32(len(c.text)))
	} else {
		c.numbers = append(c.numbers, 0)
	}
	c.defined = append(c.defined, 0)
}

// addText adds a value that comes from elsewhere than the page.
func (c *column) addText(value string) {
	if c.mask != nil {
		c.text = c.mask.append(c.text, []byte(value))
	} else {
		c.text = append(c.text, value...)
	}
	c.endText()
}

// cut forgets the rows from n on.
func (c *column) cut(n int) {
	if len(c.defined) <= n {
		return
	}
	c.defined = c.defined[:n]
	if !c.isBytes() {
		c.numbers = c.numbers[:n]
		return
	}
	c.ends = c.ends[:n]
	c.text = c.text[:c.start(n)]
}

// start gives where the text of row n begins.
func (c *column) start(n int) uint32 {
	if n == 0 {
		return 0
	}
	return c.ends[n-1]
}

func (c *column) value(n int) []byte { return c.text[c.start(n):c.ends[n]] }

// conflict is a mistake that says what stands there, unless it is masked.
func (c *column) conflict(p *Page, at uint32, why error) *mistake {
	const longest = 60
	m := &mistake{column: c.name, reason: why.Error(), conflict: true}
	shown := string(p.appendMasked(nil, at, c.place, false))
	if len(shown) > longest {
		shown = strings.ToValidUTF8(shown[:longest], "") + "…"
	}
	m.reason = shown + " " + m.reason
	return m
}
