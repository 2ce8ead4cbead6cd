package png

import (
	"bytes"
	"context"

	"github.com/klauspost/compress/zlib"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// The sample that tells how a picture's filtered rows pack best is pieces of them,
// evenly spread.
const (
	samplePieces = 16
	pieceBytes   = 6 << 10 // of each
)

// Levels of compression that look for repetitions. Of screenshots the levels
// above searchLevel make 1% less at up to twice the time. quickLevel tells on a
// sample whether there are any.
const (
	quickLevel  = 3
	searchLevel = 7
)

// packer makes zlib streams. It keeps its compressors, by level, for the next.
type packer struct{ compressors map[int]*zlib.Writer }

func newPacker() *packer { return &packer{map[int]*zlib.Writer{}} }

// rows returns a zlib stream of filtered rows. The noise of a photograph repeats
// nothing, so that looking for repetitions takes ten times as long as coding by
// Huffman alone, and makes more bytes of it: what is done is what makes less of
// a sample. The error is [pic.ErrNoFit] for more than maxBytes, where that is not
// 0.
func (p *packer) rows(ctx context.Context, rows []byte, maxBytes int) ([]byte, error) {
	sample := rowSample(rows)
	plain, err := p.deflate(ctx, sample, zlib.HuffmanOnly, 0)
	if err != nil {
		return nil, err
	}
	searched, err := p.deflate(ctx, sample, quickLevel, 0)
	if err != nil {
		return nil, err
	}
	if len(plain) <= len(searched) {
		return p.deflate(ctx, rows, zlib.HuffmanOnly, maxBytes)
	}
	return p.deflate(ctx, rows, searchLevel, maxBytes)
}

// rowSample returns the sample, or all rows where that is not much more.
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

// deflate returns data as a zlib stream. The error is [pic.ErrNoFit] for more than
// maxBytes, where that is not 0.
func (p *packer) deflate(ctx context.Context, data []byte, level, maxBytes int) ([]byte, error) {
	b := boundedBuffer{ctx: ctx, max: maxBytes}
	w := p.compressors[level]
	if w == nil {
		var err error
		if w, err = zlib.NewWriterLevel(&b, level); err != nil {
			return nil, err
		}
		p.compressors[level] = w
	}
	w.Reset(&b)
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
		return 0, pic.ErrNoFit
	}
	return b.Buffer.Write(p)
}
