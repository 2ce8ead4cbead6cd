package resize

import (
	"bytes"
	"context"
)

// reader reads an original for a decoder and breaks off when its context is
// done, which is how a decoder that knows no context is stopped.
type reader struct {
	ctx  context.Context
	data *bytes.Reader
}

func newReader(ctx context.Context, data []byte) *reader {
	return &reader{ctx: ctx, data: bytes.NewReader(data)}
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.data.Read(p)
}

// ReadAt implements io.ReaderAt.
func (r *reader) ReadAt(p []byte, off int64) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.data.ReadAt(p, off)
}
