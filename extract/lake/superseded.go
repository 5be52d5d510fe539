package lake

// dropReplaced forgets the batches whose file was read again by the base.
func (w *vacuuming) dropReplaced() {
	order := w.m.commitOrder()
	current := map[string]bool{}
	for _, b := range currentBatches(w.m, w.base, order) {
		current[b.Path] = true
	}
	var kept []batchEntry
	for _, b := range w.publication.next.Batches {
		if order[b.RunID] > w.base || b.Path == "" || current[b.Path] {
			kept = append(kept, b)
			continue
		}
		w.publication.removed = append(w.publication.removed, b.Path)
		w.lose(b.id(), 1, b.Rows, b.Bytes)
	}
	w.publication.next.Batches = kept
}

// dropQuarantine forgets quarantine whose every file was read again by the
// base. That the files were read stays known.
func (w *vacuuming) dropQuarantine() {
	order := w.m.commitOrder()
	counts := map[string]bool{}
	for _, q := range currentQuarantine(w.m, w.base) {
		counts[q.read.Path] = true
	}
	for i, r := range w.publication.next.Reads {
		if r.Path == "" || order[r.RunID] > w.base || counts[r.Path] {
			continue
		}
		w.publication.removed = append(w.publication.removed, r.Path)
		w.publication.next.Reads[i].Path = ""
		w.publication.next.Reads[i].Rows = nil
		w.report.QuarantineFiles++
	}
}
