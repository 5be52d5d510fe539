package files

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"sync"

	"lastro/extract/files/delimited"
)

// places are where the records of files are, to be read in the order of their keys rather than of the files: then
// nothing is left to sort. A nil one takes nothing: DuckDB sorts then, which spills to disk.
type places struct {
	records []place
	broken  []place // records that cannot be split
	prefix  []byte  // what all keys begin with
}

// place is where a record is. Its code is the eight bytes of its key that follow the common prefix: keys have the
// order of their codes, and of equal codes one must look at the keys.
type place struct {
	code   uint64
	offset int64
	line   uint32
	file   uint32
}

const (
	// placedBytes is how much is read out of order: it had better stay in memory.
	placedBytes = 2 << 30
	// placedRecords is how many places are kept, at 24 bytes each.
	placedRecords = 8 << 20
)

// newPlaces gives nil where the files are too large, or cannot be read out of order.
func newPlaces(files []file) *places {
	if !canMap || sizeOf(files) > placedBytes {
		return nil
	}
	return &places{}
}

func placeOf(number int, r *delimited.Record) place {
	return place{offset: r.Offset, line: uint32(r.Line), file: uint32(number)}
}

// add keeps the place of a record; the result is nil when there are too many.
func (p *places) add(number int, r *delimited.Record, key []byte) *places {
	if p == nil || len(p.records) == placedRecords {
		return nil
	}
	if len(p.records) == 0 {
		p.prefix = bytes.Clone(key)
	}
	if !bytes.HasPrefix(key, p.prefix) {
		p.shorten(key)
	}
	at := placeOf(number, r)
	at.code = codeOf(key[len(p.prefix):])
	p.records = append(p.records, at)
	return p
}

func (p *places) addBroken(number int, r *delimited.Record) *places {
	if p != nil {
		p.broken = append(p.broken, placeOf(number, r))
	}
	return p
}

// codeOf gives the first eight bytes of a text as a number of the same order.
func codeOf(text []byte) uint64 {
	if len(text) >= 8 {
		return binary.BigEndian.Uint64(text)
	}
	var padded [8]byte
	copy(padded[:], text)
	return binary.BigEndian.Uint64(padded[:])
}

// shorten makes the prefix one that key has, too. What is cut off it comes before the codes.
func (p *places) shorten(key []byte) {
	n := 0
	for n < len(p.prefix) && n < len(key) && p.prefix[n] == key[n] {
		n++
	}
	cut := p.prefix[n:]
	head, shift := codeOf(cut), 8*min(len(cut), 8)
	for i := range p.records {
		p.records[i].code = head | p.records[i].code>>shift
	}
	p.prefix = p.prefix[:n]
}

// sort puts the records into the order of their keys; key gives that of one, valid until the next call.
func (p *places) sort(key func(place) ([]byte, error)) error {
	sortByCode(p.records)
	for begin := 0; begin < len(p.records); {
		end := begin + 1
		for end < len(p.records) && p.records[end].code == p.records[begin].code {
			end++
		}
		if end-begin > 1 {
			if err := sortByKey(p.records[begin:end], key); err != nil {
				return err
			}
		}
		begin = end
	}
	return nil
}

// sortByCode sorts in two goroutines, one for each side of a middle.
func sortByCode(records []place) {
	byCode := func(a, b place) int { return cmp.Compare(a.code, b.code) }
	if len(records) < 1<<16 {
		slices.SortFunc(records, byCode)
		return
	}
	var sample [255]place
	for i := range sample {
		sample[i] = records[i*(len(records)/len(sample))]
	}
	slices.SortFunc(sample[:], byCode)
	middle := sample[len(sample)/2].code
	low := 0
	for i, at := range records {
		if at.code < middle {
			records[i], records[low] = records[low], at
			low++
		}
	}
	var lower sync.WaitGroup
	lower.Go(func() { slices.SortFunc(records[:low], byCode) })
	slices.SortFunc(records[low:], byCode)
	lower.Wait()
}

// sortByKey sorts records of one code.
func sortByKey(records []place, key func(place) ([]byte, error)) error {
	keys := make(map[place][]byte, len(records))
	for _, at := range records {
		k, err := key(at)
		if err != nil {
			return err
		}
		keys[at] = bytes.Clone(k)
	}
	slices.SortFunc(records, func(a, b place) int { return bytes.Compare(keys[a], keys[b]) })
	return nil
}
