package s3origin

import (
	"io"
	"time"
)

// batched is a body that is read in batches, of as many bytes as arrive in a
// moment: to wake up for every few packets would cost more processor time than to
// decrypt them. Near its end batches become small, so that what is behind it is
// waited for like any other bytes.
type batched struct {
	io.ReadCloser
	left  int64 // bytes that were not read
	size  int   // of a batch in bytes; what one read brings while it is 0
	water *waterMark
}

const (
	// firstBatch and mostBatch are the sizes, in bytes, that batches begin with and
	// that they grow to.
	firstBatch, mostBatch = 8 << 10, 256 << 10
	// soon and late are how long a batch takes at least and at most: one that is
	// there sooner makes the next one twice as large, one that is late half.
	soon, late = 5 * time.Millisecond, 20 * time.Millisecond
	// unread is more than TLS and net/http may have read of a connection and not
	// handed out, in bytes: a record (RFC 8446, section 5.2), and their buffers.
	unread = 32 << 10
)

// newBatched returns a body of length bytes, which is not batched where that is
// negative. water is that of the connection that it comes over.
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
	if size > 0 { // and so the end is not read yet, behind which the mark is low
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
