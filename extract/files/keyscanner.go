package files

import (
	"bytes"
	"hash/maphash"
	"slices"
	"sync/atomic"

	"lastro/extract/files/delimited"
)

// keyScanner makes a keyScan out of keys in the order in which they come.
type keyScanner struct {
	*keyScan
	bytes  int64 // of the files
	hashes hashBuckets
	last   []byte
	isFull atomic.Bool // no more keys are taken
}

// scannedRecords is how many keys are looked at: a hash takes eight bytes of memory.
const scannedRecords = 32 << 20

// scanKeys looks at the keys of delimited files, whose columns must be text: of those, equal values are written
// equally, and bytes have the order of values. nil says that nothing was found out.
func scanKeys(form *delimitedForm, files []file, key []string) (*keyScan, error) {
	s := &keyScanner{bytes: sizeOf(files), keyScan: &keyScan{
		seed: maphash.MakeSeed(), again: map[uint64]bool{}, marks: map[string][]position{},
		// Latin-1 has bytes that do not come in the order of the characters they stand for.
		ascending: !form.options.Latin1,
	}}
	if !form.options.Latin1 {
		s.places = newPlaces(files)
	}
	batches, spent := make(chan *keyBatch, 4), make(chan *keyBatch, 8)
	taken := make(chan struct{})
	go func() {
		defer close(taken)
		for b := range batches {
			s.take(b)
			spent <- b.empty()
		}
	}()
	for range cap(spent) - cap(batches) {
		spent <- &keyBatch{}
	}
	whole, err := s.collect(form, files, key, batches, spent)
	close(batches)
	<-taken
	if err != nil || !whole || s.isFull.Load() {
		return nil, err
	}
	if s.ascending {
		s.places = nil
	} else {
		s.remember(&s.hashes)
	}
	return s.keyScan, nil
}

// keyBatch is some records' keys, one behind the other, and their places.
type keyBatch struct {
	keys   []byte
	ends   []int
	places []place
	broken []place
	done   int64 // bytes of the files before the last record
}

func (b *keyBatch) empty() *keyBatch {
	*b = keyBatch{keys: b.keys[:0], ends: b.ends[:0], places: b.places[:0], broken: b.broken[:0]}
	return b
}

// collect finds the keys and hands them on, so that finding and looking at them go on side by side.
func (s *keyScanner) collect(form *delimitedForm, files []file, key []string, batches chan<- *keyBatch, spent <-chan *keyBatch) (whole bool, err error) {
	batch := <-spent
	var done int64
	for number, f := range files {
		columns := form.keyColumns(f, key)
		if columns == nil {
			return false, nil
		}
		n := 0
		whole, err := form.skim(f, columns, func(r *delimited.Record) bool {
			if n%markEvery == 0 {
				s.marks[f.name] = append(s.marks[f.name], position{r.Offset, r.Line})
				batch.done = done + r.Offset
				batches <- batch
				batch = <-spent
			}
			n++
			if r.Fault != "" {
				batch.broken = append(batch.broken, placeOf(number, r))
				return true
			}
			batch.keys = appendKey(batch.keys, r.Fields, columns)
			batch.ends = append(batch.ends, len(batch.keys))
			batch.places = append(batch.places, placeOf(number, r))
			return !s.isFull.Load()
		})
		if err != nil || !whole {
			return false, err
		}
		done += f.size
	}
	batch.done = done
	batches <- batch
	return true, nil
}

// enoughToGuess is how many records tell how many there will be.
const enoughToGuess = 10_000

// take looks at the keys of a batch.
func (s *keyScanner) take(b *keyBatch) {
	begin, before := 0, s.hashes.n
	for i, end := range b.ends {
		key := b.keys[begin:end]
		if s.ascending && s.hashes.n > 0 && bytes.Compare(key, s.last) <= 0 {
			s.ascending = false
		}
		if s.ascending {
			s.last = append(s.last[:0], key...)
		}
		s.hashes.add(maphash.Bytes(s.seed, key))
		s.places = s.places.add(b.places[i], key)
		begin = end
	}
	s.places = s.places.addBroken(b.broken)
	if before < enoughToGuess && s.hashes.n >= enoughToGuess {
		guess := int(1.1 * float64(s.hashes.n) * float64(s.bytes) / float64(max(b.done, 1)))
		s.hashes.makeRoom(guess)
		s.places.makeRoom(guess)
	}
	if s.hashes.n > scannedRecords {
		s.isFull.Store(true)
	}
}

// hashBuckets are hashes by their first bits, so few to a bucket that finding equal ones stays within the processor's
// cache.
type hashBuckets struct {
	buckets [1024][]uint64
	n       int
}

// makeRoom lets so many hashes come without the others being copied again and again.
func (h *hashBuckets) makeRoom(records int) {
	for i := range h.buckets {
		// Hashes do not fill the buckets quite evenly.
		h.buckets[i] = slices.Grow(h.buckets[i], min(records, scannedRecords)*9/8/len(h.buckets))
	}
}

func (h *hashBuckets) add(hash uint64) {
	b := hash >> 54
	h.buckets[b] = append(h.buckets[b], hash)
	h.n++
}

// repeated finds the hashes that come more than once, and lets go of all.
func (h *hashBuckets) repeated(into map[uint64]bool) {
	var table []uint64
	for i, bucket := range h.buckets {
		size := 16
		for size < 2*len(bucket) {
			size *= 2
		}
		if len(table) < size {
			table = make([]uint64, size)
		}
		slots := table[:size]
		clear(slots)
		for _, hash := range bucket {
			// 0 marks a free slot; a hash that is 0 counts as repeated, which costs nothing but a closer look.
			slot := hash & uint64(size-1)
			for slots[slot] != 0 && slots[slot] != hash {
				slot = (slot + 1) & uint64(size-1)
			}
			if slots[slot] == hash {
				into[hash] = true
			}
			slots[slot] = hash
		}
		h.buckets[i] = nil
	}
}
