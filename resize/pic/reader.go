package pic

import (
	"bytes"
	"context"
)

// Reader reads an original for a decoder and fails when its context is done, which
// stops a decoder that takes no context. It is an io.Reader and an io.ReaderAt.
type Reader struct {
	ctx  context.Context
	data *bytes.Reader
}

// NewReader returns a Reader of data.
func NewReader(ctx context.Context, data []byte) *Reader {
	return &Reader{ctx: ctx, data: bytes.NewReader(data)}
}

// Read implements io.Reader; its error may be ctx's.
func (r *Reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.data.Read(p)
}

// ReadAt implements io.ReaderAt; its error may be ctx's.
func (r *Reader) ReadAt(p []byte, off int64) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.data.ReadAt(p, off)
}
