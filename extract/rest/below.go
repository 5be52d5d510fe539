package rest

import (
	"context"
	"fmt"

	"slices"

	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// readBelow sees to a child resource for the records of a page.
func (w *walk) readBelow(ctx context.Context, f *frame, child *spec.Resource, of []above) error {
	if !slices.ContainsFunc(w.children[f.Resource], func(r *spec.Resource) bool { return r == child }) {
		return nil // it has failed meanwhile
	}
	depth := len(w.stack)
	err := w.tryBelow(ctx, f, child, of)
	if err == nil || isFatal(ctx, err) {
		return err
	}
	// The position within the child is kept for its next run; the rest of the walk goes on without it.
	keepErr := w.keep(ctx)
	w.stack = w.stack[:depth]
	w.fail(child.Name, err, true)
	if keepErr == nil && len(w.live()) == 0 {
		keepErr = errNoMembers
	}
	return keepErr
}

func (w *walk) tryBelow(ctx context.Context, f *frame, child *spec.Resource, of []above) error {
	m := w.members[child.Name]
	var ask []above
	for _, a := range of {
		if err := w.takeEmbedded(ctx, child, m, a); err != nil {
			return err
		}
		switch {
		case a.wanted:
			ask = append(ask, a)
		case len(a.embedded) == 0 && m != nil:
			m.childless = append(m.childless, a.key)
		}
	}
	done := f.Done[child.Name]
	ask = slices.DeleteFunc(ask, func(a above) bool { return slices.Contains(done, a.key) })
	chunks := w.chunks(child, ask)
	for _, chunk := range chunks {
		of := parents{}
		for _, a := range chunk {
			of.keys, of.columns = append(of.keys, a.key), append(of.columns, a.columns)
		}
		var with map[string]string
		if child.Parent.Batch == 0 {
			with = included(child, chunk[0])
		}
		if err := w.askBelow(ctx, child, m, of, with); err != nil {
			return err
		}
		if f.Done == nil {
			f.Done = map[string][]string{}
		}
		f.Done[child.Name] = append(f.Done[child.Name], of.keys...)
		if err := w.pageDone(ctx); err != nil {
			return err
		}
	}
	return nil
}

// chunks parts parents into those of one request. The batch that an earlier run was in the middle of stays as it was.
func (w *walk) chunks(child *spec.Resource, ask []above) [][]above {
	size := max(child.Parent.Batch, 1)
	var chunks [][]above
	if len(w.resume) > 0 && w.resume[0].Resource == child.Name {
		var underWay []above
		for _, a := range ask {
			if slices.Contains(w.resume[0].Parents, a.key) {
				underWay = append(underWay, a)
			}
		}
		if len(underWay) == len(w.resume[0].Parents) {
			chunks = append(chunks, underWay)
			ask = slices.DeleteFunc(slices.Clone(ask), func(a above) bool { return slices.Contains(w.resume[0].Parents, a.key) })
		}
	}
	for chunk := range slices.Chunk(ask, size) {
		chunks = append(chunks, chunk)
	}
	return chunks
}

// answers counts what asking for each record of a parent has met with.
type answers struct{ found, missing int }

// manyMissing is how many 404 in a row, without another answer, say that the path is wrong, and not the parents gone.
const manyMissing = 10

// askBelow reads the list of one parent, or of a batch. Parents that are gone meanwhile have no records.
func (w *walk) askBelow(ctx context.Context, child *spec.Resource, m *member, of parents, with map[string]string) error {
	depth := len(w.stack)
	if w.asked[child.Name] == nil {
		w.asked[child.Name] = &answers{}
	}
	count := w.asked[child.Name]
	var before int64
	if m != nil {
		before = m.tally.Rows
	}
	err := w.readList(ctx, child, of, with)
	if isStatus(err, 404, 410) && len(w.stack) == depth+1 && child.Parent.Batch == 0 {
		if count.missing++; count.found == 0 && count.missing >= manyMissing {
			return fmt.Errorf("none of %d records of %s is found there: %w", count.missing, child.Parent.Resource, err)
		}
		w.stack = w.stack[:depth]
		w.childless(m, of.keys)
		return nil
	}
	if err != nil {
		return err
	}
	count.found++
	if m != nil && (child.Parent.Batch > 0 || m.tally.Rows == before) { // of a batch some may have none
		w.childless(m, of.keys)
	}
	return nil
}

func (w *walk) childless(m *member, keys []string) {
	if m != nil {
		m.childless = append(m.childless, keys...)
	}
}

// takeEmbedded adds the records that stand in the parent's own.
func (w *walk) takeEmbedded(ctx context.Context, child *spec.Resource, m *member, a above) error {
	if len(a.embedded) == 0 {
		return nil
	}
	with := included(child, a)
	if m != nil && m.failed == nil {
		if err := m.open(w); err != nil {
			return err
		}
		for _, record := range a.embedded {
			if _, err := m.writer.AddRecord(record, with); err != nil {
				return err
			}
		}
		m.tally.Rows += int64(len(a.embedded))
	}
	if len(w.children[child.Name]) == 0 {
		return nil
	}
	// what lies below an embedded record is read as that of a page of one
	for _, record := range a.embedded {
		parsed, err := records.Parse(record.Raw())
		if err != nil {
			return err
		}
		p := page{page: parsed, selector: "$", rows: 1, total: -1}
		inner := &frame{Resource: child.Name, Parents: []string{a.key}, with: with}
		for _, grandchild := range slices.Clone(w.children[child.Name]) {
			if err := w.readBelow(ctx, inner, grandchild, w.records(child, inner, p)[grandchild.Name]); err != nil {
				return err
			}
		}
	}
	return nil
}
