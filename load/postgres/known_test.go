package postgres

import (
	"encoding/binary"
	"testing"

	"github.com/zeebo/xxh3"
)

func BenchmarkKnown(b *testing.B) {
	const rows = 1_000_000
	var kept []byte
	keys := make([]keyHash, rows)
	for i := range keys {
		keys[i] = xxh3.Hash128(binary.LittleEndian.AppendUint64(nil, uint64(i)))
		kept = binary.LittleEndian.AppendUint64(kept, keys[i].Hi)
		kept = binary.LittleEndian.AppendUint64(kept, keys[i].Lo)
		kept = binary.LittleEndian.AppendUint64(kept, 7)
	}
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			_ = newKnown().addAll(kept)
		}
	})
	b.Run("meet", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			k := newKnown()
			_ = k.addAll(kept)
			b.StartTimer()
			for _, key := range keys {
				if _, what, err := k.meet(key, 7); what != same || err != nil {
					b.Fatal(what, err)
				}
			}
		}
	})
}
