package resize

import (
	"bytes"
	"compress/zlib"
	"context"
)

// The sample that tells how a picture's filtered rows pack best is pieces of so
// many bytes, evenly spread.
const (
	samplePieces = 16
	pieceBytes   = 6 << 10
)

// searchLevel looks for repetitions no further than it pays: of screenshots the
// levels above make 1.5% less at up to ten times the time, and of some dithered
// ramps at fifty times, ten seconds for 9 MB.
const searchLevel = 4

// packRows is a zlib stream of filtered rows. The noise of a photograph repeats
// nothing, so that looking for repetitions takes ten times as long as coding by
// Huffman alone, and makes more bytes of it: what is done is what makes less of
// a sample. The error is ErrNoFit for more than maxBytes, where that is not 0.
func packRows(ctx context.Context, rows []byte, maxBytes int) ([]byte, error) {
	sample := rowSample(rows)
	plain, err := deflate(ctx, sample, zlib.HuffmanOnly, 0)
	if err != nil {
		return nil, err
	}
	packed, err := deflate(ctx, sample, searchLevel, 0)
	if err != nil {
		return nil, err
	}
	level := searchLevel
	if len(plain) <= len(packed) {
		level, packed = zlib.HuffmanOnly, plain
	}
	if len(sample) == len(rows) {
		return packed, nil
	}
	return deflate(ctx, rows, level, maxBytes)
}

// rowSample is the sample, or all rows where that is not much more.
func rowSample(rows []byte) []byte {
	if len(rows) <= 2*samplePieces*pieceBytes {
		return rows
	}
	sample := make([]byte, 0, samplePieces*pieceBytes)
	for i := range samplePieces {
		at := i * (len(rows) - pieceBytes) / (samplePieces - 1)
		sample = append(sample, rows[at:at+pieceBytes]...)
	}
	return sample
}

// deflate is data as a zlib stream. The error is ErrNoFit for more than maxBytes,
// where that is not 0.
func deflate(ctx context.Context, data []byte, level, maxBytes int) ([]byte, error) {
	b := boundedBuffer{ctx: ctx, max: maxBytes}
	w, err := zlib.NewWriterLevel(&b, level)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// boundedBuffer takes at most max bytes, where that is not 0, and nothing once
// ctx is done, so that a compressor stops as soon as its work is in vain.
type boundedBuffer struct {
	bytes.Buffer
	ctx context.Context
	max int
}

// Write implements io.Writer.
func (b *boundedBuffer) Write(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if b.max > 0 && b.Len()+len(p) > b.max {
		return 0, ErrNoFit
	}
	return b.Buffer.Write(p)
}
