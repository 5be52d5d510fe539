package files

import (
	"bytes"
	"errors"
	"hash/maphash"
	"io"
	"math"
	"os"

	"lastro/extract/files/delimited"
)

// keyScan is what a first look at the keys of large files tells. Sorting is half the work of taking a file in, and
// records that come twice would else be found when all are written, which then must be written again.
type keyScan struct {
	// ascending says that the records lie in the order of their keys already, each key once.
	ascending bool
	// places are the records' places, to be read in the order of their keys; nil when DuckDB is to sort, or nothing is.
	places *places
	// marks are some records' places by file, in the order of the file.
	marks map[string][]position

	again map[uint64]bool // hashes of keys that come more than once, and perhaps a few others
	seed  maphash.Seed
}

// scannedRecords is how many keys are looked at: a hash takes eight bytes of memory.
const scannedRecords = 32 << 20

// scanKeys looks at the keys of delimited files, whose columns must be text: of those, equal values are written
// equally, and bytes have the order of values. nil says that nothing was found out.
func scanKeys(form *delimitedForm, files []file, key []string) (*keyScan, error) {
	k := &keyScan{seed: maphash.MakeSeed(), again: map[uint64]bool{}, marks: map[string][]position{}, places: newPlaces(files)}
	// Latin-1 has bytes that do not come in the order of the characters they stand for.
	k.ascending = !form.options.Latin1
	if form.options.Latin1 {
		k.places = nil
	}
	hashes := &hashBuckets{}
	var last, current []byte
	for number, f := range files {
		columns := form.keyColumns(f, key)
		if columns == nil {
			return nil, nil
		}
		n := 0
		whole, err := form.skim(f, columns, func(r *delimited.Record) bool {
			if n%markEvery == 0 {
				k.marks[f.name] = append(k.marks[f.name], position{r.Offset, r.Line})
			}
			n++
			if r.Fault != "" {
				k.places = k.places.addBroken(number, r)
				return true
			}
			current = appendKey(current[:0], r.Fields, columns)
			if k.ascending && hashes.n > 0 && bytes.Compare(current, last) <= 0 {
				k.ascending = false
			}
			last, current = current, last
			hashes.add(maphash.Bytes(k.seed, last))
			k.places = k.places.add(number, r, last)
			return hashes.n <= scannedRecords
		})
		if err != nil || !whole {
			return nil, err
		}
	}
	if k.ascending {
		k.places = nil
	} else {
		hashes.repeated(k.again)
	}
	return k, nil
}

// has tells whether a record's key may come more than once.
func (k *keyScan) has(key []byte) bool {
	return len(k.again) > 0 && k.again[maphash.Bytes(k.seed, key)]
}

// appendKey joins the fields of a key in a way that keeps their order: no field has a NUL.
func appendKey(key []byte, fields [][]byte, columns []int) []byte {
	for i, c := range columns {
		if i > 0 {
			key = append(key, 0)
		}
		if c < len(fields) {
			key = append(key, fields[c]...)
		}
	}
	return key
}

// keyColumns gives where the key's columns stand in a file; nil when one does not.
func (d *delimitedForm) keyColumns(f file, key []string) []int {
	columns := make([]int, len(key))
	for i, name := range key {
		if columns[i] = indexOf(d.files[f.name].header, name); columns[i] < 0 {
			return nil
		}
	}
	return columns
}

// skim gives each record to look, with its fields up to the last of columns, until it says no; whole is true when it
// never did. What is wrong with the file it leaves to the reading: then it was not whole.
func (d *delimitedForm) skim(f file, columns []int, look func(*delimited.Record) bool) (whole bool, err error) {
	src, err := os.Open(f.path)
	if err != nil {
		return false, cannotOpen(f, err)
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	reader, err := delimited.Open(src, d.of(f))
	if err != nil {
		return false, nil
	}
	wanted := 0
	for _, c := range columns {
		wanted = max(wanted, c+1)
	}
	reader.Skim(wanted)
	for {
		record, err := reader.Read()
		if err != nil {
			return errors.Is(err, io.EOF), nil
		}
		if record.Line > math.MaxUint32 || !look(record) {
			return false, nil
		}
	}
}

// hashBuckets are hashes by their first bits, so few to a bucket that finding equal ones stays within the processor's
// cache.
type hashBuckets struct {
	buckets [1024][]uint64
	n       int
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
