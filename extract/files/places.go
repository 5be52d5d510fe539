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
	records  []place
	prefix   []byte    // what the keys of records begin with
	outliers []outlier // records whose keys begin otherwise: few
	broken   []place   // records that cannot be split
}

// place is where a record is. Its code is what follows the common prefix in its key: keys have the order of their
// codes, and of equal codes one must look at the keys.
type place struct {
	code   code
	offset int64
	line   uint32
	file   uint32
}

// code is the first sixteen bytes of a text as a number of the same order.
type code struct{ high, low uint64 }

func codeOf(text []byte) code {
	if len(text) >= 16 {
		return code{binary.BigEndian.Uint64(text), binary.BigEndian.Uint64(text[8:])}
	}
	var padded [16]byte
	copy(padded[:], text)
	return code{binary.BigEndian.Uint64(padded[:]), binary.BigEndian.Uint64(padded[8:])}
}

// behind gives the code of a text that has n more bytes, those of head, before this one's.
func (c code) behind(head code, n int) code {
	shift := 8 * uint(n)
	if shift >= 64 {
		return code{head.high, head.low | c.high>>(shift-64)}
	}
	return code{head.high | c.high>>shift, head.low | c.high<<(64-shift) | c.low>>shift}
}

func (c code) compare(other code) int {
	if c.high != other.high {
		return cmp.Compare(c.high, other.high)
	}
	return cmp.Compare(c.low, other.low)
}

type outlier struct {
	place
	key []byte
}

const (
	// placedBytes is how much is read out of order: it had better stay in memory.
	placedBytes = 2 << 30
	// placedRecords is how many places are kept, at 32 bytes each.
	placedRecords = 8 << 20
)

// newPlaces gives nil where the files are too large, or cannot be read out of order.
func newPlaces(files []file) *places {
	if !canMap || sizeOf(files) > placedBytes {
		return nil
	}
	return &places{}
}

// makeRoom lets so many places come without the others being copied again and again.
func (p *places) makeRoom(records int) {
	if p != nil {
		p.records = slices.Grow(p.records, max(0, min(records, placedRecords)-len(p.records)))
	}
}

func placeOf(number int, r *delimited.Record) place {
	return place{offset: r.Offset, line: uint32(r.Line), file: uint32(number)}
}

// add keeps the place of a record; the result is nil when there are too many.
func (p *places) add(at place, key []byte) *places {
	if p == nil || len(p.records)+len(p.outliers) == placedRecords {
		return nil
	}
	if len(p.records) == 0 {
		p.prefix = append(p.prefix[:0], key...)
	}
	if !bytes.HasPrefix(key, p.prefix) {
		p.outliers = append(p.outliers, outlier{at, bytes.Clone(key)})
		if len(p.outliers) > 64+len(p.records)/64 {
			p.takeOutliersIn()
		}
		return p
	}
	at.code = codeOf(key[len(p.prefix):])
	p.records = append(p.records, at)
	return p
}

func (p *places) addBroken(broken []place) *places {
	if p != nil {
		p.broken = append(p.broken, broken...)
	}
	return p
}

// takeOutliersIn shortens the prefix so far that at least half of the outliers have it, and takes those in.
func (p *places) takeOutliersIn() {
	common := make([]int, len(p.outliers))
	for i, o := range p.outliers {
		for common[i] < len(o.key) && common[i] < len(p.prefix) && o.key[common[i]] == p.prefix[common[i]] {
			common[i]++
		}
	}
	slices.Sort(common)
	p.shorten(common[len(common)/2])
	p.outliers = slices.DeleteFunc(p.outliers, func(o outlier) bool {
		if !bytes.HasPrefix(o.key, p.prefix) {
			return false
		}
		o.code = codeOf(o.key[len(p.prefix):])
		p.records = append(p.records, o.place)
		return true
	})
}

// shorten makes the prefix n bytes long. What is cut off it comes before the codes.
func (p *places) shorten(n int) {
	cut := p.prefix[n:]
	head := codeOf(cut)
	for i := range p.records {
		p.records[i].code = p.records[i].code.behind(head, len(cut))
	}
	p.prefix = p.prefix[:n]
}

// sort gives the records in the order of their keys; key gives that of one, valid until the next call.
func (p *places) sort(key func(place) ([]byte, error)) ([]place, error) {
	sortByCode(p.records)
	for begin := 0; begin < len(p.records); {
		end := begin + 1
		for end < len(p.records) && p.records[end].code == p.records[begin].code {
			end++
		}
		if end-begin > 1 {
			if err := sortByKey(p.records[begin:end], key); err != nil {
				return nil, err
			}
		}
		begin = end
	}
	return p.withOutliers(), nil
}

// withOutliers adds the outliers: as they do not have the prefix, they come before or after all that have it.
func (p *places) withOutliers() []place {
	slices.SortFunc(p.outliers, func(a, b outlier) int { return bytes.Compare(a.key, b.key) })
	var before, after []place
	for _, o := range p.outliers {
		if bytes.Compare(o.key, p.prefix) < 0 {
			before = append(before, o.place)
		} else {
			after = append(after, o.place)
		}
	}
	return append(slices.Insert(p.records, 0, before...), after...)
}

// sortByCode sorts in two goroutines, one for each side of a middle.
func sortByCode(records []place) {
	byCode := func(a, b place) int { return a.code.compare(b.code) }
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
		if at.code.compare(middle) < 0 {
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
	keyed := make([]outlier, len(records))
	var keys []byte // one behind the other, so that they lie together
	for i, at := range records {
		k, err := key(at)
		if err != nil {
			return err
		}
		begin := len(keys)
		keys = append(keys, k...)
		keyed[i] = outlier{at, keys[begin:len(keys):len(keys)]}
	}
	slices.SortFunc(keyed, func(a, b outlier) int { return bytes.Compare(a.key, b.key) })
	for i, k := range keyed {
		records[i] = k.place
	}
	return nil
}
