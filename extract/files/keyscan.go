package files

import (
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
	maybe []uint64        // a bit for each of their last bits: most keys need no closer look
	seed  maphash.Seed
}

// maybeBits is how many bits there are in maybe: half a megabyte, which the processor keeps at hand.
const maybeBits = 1 << 22

// has tells whether a record's key may come more than once.
func (k *keyScan) has(key []byte) bool {
	if len(k.again) == 0 {
		return false
	}
	hash := maphash.Bytes(k.seed, key)
	bit := hash % maybeBits
	return k.maybe[bit/64]&(1<<(bit%64)) != 0 && k.again[hash]
}

// remember keeps the hashes of keys that come more than once.
func (k *keyScan) remember(hashes *hashBuckets) {
	hashes.repeated(k.again)
	k.maybe = make([]uint64, maybeBits/64)
	for hash := range k.again {
		bit := hash % maybeBits
		k.maybe[bit/64] |= 1 << (bit % 64)
	}
}

// twins gives the places of the records whose keys may come more than once.
func (k *keyScan) twins(form *delimitedForm, files []file) ([]place, error) {
	var twins []place
	var key []byte
	for number, f := range files {
		columns := form.keyColumns(f, form.keyNames)
		if _, err := form.skim(f, columns, func(r *delimited.Record) bool {
			if r.Fault == "" {
				key = appendKey(key[:0], r.Fields, columns)
				if k.has(key) {
					twins = append(twins, placeOf(number, r))
				}
			}
			return true
		}); err != nil {
			return nil, err
		}
	}
	return twins, nil
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
