package s3origin

import (
	"io"
	"time"
)

// batched is a body that is read in batches of what arrives within a few
// milliseconds: waking up for every few packets costs more processor time than
// decrypting them. Batches become small near the body's end, so that what
// follows it on the connection wakes its reader as usual.
type batched struct {
	io.ReadCloser
	left  int64 // bytes that have not been read
	size  int   // of a batch in bytes; 0 for whatever one read returns
	water *waterMark
}

const (
	// firstBatch and mostBatch are the first and the largest size of a batch,
	// in bytes.
	firstBatch, mostBatch = 8 << 10, 256 << 10
	// A batch that takes less than soon doubles the size of the next one; one
	// that takes more than late halves it.
	soon, late = 5 * time.Millisecond, 20 * time.Millisecond
	// unread is more than TLS and net/http may have read from a connection but
	// not handed out, in bytes: a record (RFC 8446, section 5.2), and their
	// buffers.
	unread = 32 << 10
)

// newBatched returns body, of length bytes, read in batches, or as is if length
// is negative. water is the low-water mark of its connection.
func newBatched(body io.ReadCloser, length int64, water *waterMark) *batched {
	return &batched{ReadCloser: body, left: length, water: water}
}

// Read implements [io.Reader]. It returns less than a batch only with an error.
func (b *batched) Read(p []byte) (n int, err error) {
	size := min(int64(b.size), (b.left-unread)/2, int64(len(p)))
	if size < firstBatch {
		size = 0
	}
	b.water.raise(int(size))
	if size > 0 { // leave the end unread: by then the mark must be low
		p = p[:min(int64(len(p)), b.left-unread)]
	}
	began := time.Now()
	for {
		var more int
		more, err = b.ReadCloser.Read(p[n:])
		n += more
		if err != nil || int64(n) >= size {
			break
		}
	}
	b.left -= int64(n)
	switch took := time.Since(began); {
	case took < soon:
		b.size = min(max(2*b.size, firstBatch), mostBatch)
	case took > late:
		b.size /= 2
	}
	return n, err
}

// Close implements [io.Closer].
func (b *batched) Close() error {
	b.water.raise(0)
	return b.ReadCloser.Close()
}
