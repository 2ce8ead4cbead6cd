package s3origin

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// trickle is a body that delivers a packet per read, each after every, and
// returns end with the last one.
type trickle struct {
	data   []byte
	packet int
	every  time.Duration
	end    error
	most   int // most bytes asked for at once
}

func (b *trickle) Read(p []byte) (int, error) {
	time.Sleep(b.every)
	b.most = max(b.most, len(p))
	n := copy(p, b.data[:min(b.packet, len(b.data))])
	if b.data = b.data[n:]; len(b.data) == 0 {
		return n, b.end
	}
	return n, nil
}

func (b *trickle) Close() error { return nil }

// TestBatched checks that batches hold what arrives within a few milliseconds
// at any rate, and that the bytes are those of the body.
func TestBatched(t *testing.T) {
	data := make([]byte, 3<<20)
	for i := range data {
		data[i] = byte(i * i >> 8)
	}
	for name, tt := range map[string]struct {
		every       time.Duration // time for 4 KB
		least, most int           // number of reads
	}{
		"at once":  {0, 20, 60},
		"40 MB/s":  {100 * time.Microsecond, 20, 80},
		"400 kB/s": {10 * time.Millisecond, 300, 800},
		"slow":     {time.Second, 760, 800},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBatched(&trickle{data: data, packet: 4 << 10, every: tt.every, end: io.EOF}, int64(len(data)), nil)
				var got []byte
				reads, err, longest := 0, error(nil), time.Duration(0)
				for err == nil {
					var n int
					room := make([]byte, 1<<20)
					begin := time.Now()
					n, err = b.Read(room)
					longest = max(longest, time.Since(begin))
					got = append(got, room[:n]...)
					reads++
				}
				if err != io.EOF || !bytes.Equal(got, data) {
					t.Errorf("%d bytes, %v", len(got), err)
				}
				if reads < tt.least || reads > tt.most {
					t.Errorf("%d reads, want %d to %d", reads, tt.least, tt.most)
				}
				if limit := max(2*late, tt.every); longest > limit {
					t.Errorf("a read took %v, want %v at most", longest, limit)
				}
			})
		})
	}
}

// TestBatchedEnd checks that all bytes before a break are handed out, and that
// a batch does not read to the end of the body.
func TestBatchedEnd(t *testing.T) {
	broken := errors.New("broken")
	data := make([]byte, 200<<10)
	body := &trickle{data: data, packet: 4 << 10, end: broken}
	b := newBatched(body, 300<<10, nil)
	got, err := io.ReadAll(b)
	if !errors.Is(err, broken) || len(got) != len(data) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	body = &trickle{data: data, packet: 4 << 10, end: io.EOF}
	b = newBatched(body, int64(len(data)), nil)
	for b.size == 0 {
		if _, err := b.Read(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	left := b.left
	body.most = 0
	if _, err := b.Read(make([]byte, 1<<20)); err != nil || int64(body.most) != left-unread {
		t.Errorf("asked for %d of %d bytes, %v", body.most, left, err)
	}
}

// TestNotBatched checks that a body of unknown length is not read in batches.
func TestNotBatched(t *testing.T) {
	b := newBatched(&trickle{data: make([]byte, 1<<20), packet: 4 << 10, end: io.EOF}, -1, nil)
	for err := error(nil); err == nil; {
		var n int
		if n, err = b.Read(make([]byte, 1<<20)); n != 4<<10 {
			t.Fatalf("a read of %d bytes", n)
		}
	}
}
