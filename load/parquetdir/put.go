package parquetdir

import (
	"fmt"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
)

// batchWriter is what the library's typed writers of column chunks have in common.
type batchWriter[T any] interface {
	WriteBatch(vals []T, present, repeated []int16) (int64, error)
}

func put[W batchWriter[T], T any](chunk file.ColumnChunkWriter, vals []T, present []int16) error {
	typed, ok := chunk.(W)
	if !ok {
		return fmt.Errorf("a column chunk of type %s cannot take values of type %T", chunk.Type(), vals)
	}
	_, err := typed.WriteBatch(vals, present, nil)
	return err
}

var (
	putBooleans = put[*file.BooleanColumnChunkWriter, bool]
	putInt32s   = put[*file.Int32ColumnChunkWriter, int32]
	putInt64s   = put[*file.Int64ColumnChunkWriter, int64]
	putFloats   = put[*file.Float32ColumnChunkWriter, float32]
	putDoubles  = put[*file.Float64ColumnChunkWriter, float64]
	putTexts    = put[*file.ByteArrayColumnChunkWriter, parquet.ByteArray]
	putFixed    = put[*file.FixedLenByteArrayColumnChunkWriter, parquet.FixedLenByteArray]
)
