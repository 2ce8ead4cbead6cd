package bucket

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// counted makes a server count how often it hashes, and moves its clock an hour
// past the time of its files.
func counted(s *Server) *atomic.Int64 {
	var hashed atomic.Int64
	s.etags.now = func() time.Time { return time.Now().Add(time.Hour) }
	s.etags.sum = func(data []byte) string {
		hashed.Add(1)
		return etagOf(data)
	}
	return &hashed
}

// A file is hashed once, however often it is requested, and by however many
// clients at a time.
func TestFilesAreHashedOnce(t *testing.T) {
	s := newServer(t)
	hashed := counted(s)
	url := start(t, s)
	var viewers sync.WaitGroup
	for range 4 {
		viewers.Go(func() {
			for range 5 {
				for _, header := range []http.Header{
					nil, {"Range": {"bytes=0-3"}}, {"Range": {"bytes=4-"}, "If-Match": {`"a", "b", ` + photoETag}},
					{"Range": {"bytes=4-5"}, "If-Range": {photoETag}}, {"If-None-Match": {`"a", ` + photoETag}}, {"Range": {"bytes=99-"}},
				} {
					for _, method := range []string{"GET", "HEAD"} {
						if got, _ := get(t, method, url, "/pics/photo.jpg", header); got.StatusCode >= 500 {
							t.Errorf("%s with %v: got %d", method, header, got.StatusCode)
						}
					}
				}
			}
		})
	}
	viewers.Wait()
	if got := hashed.Load(); got != 1 {
		t.Errorf("hashed %d times, want once", got)
	}
	get(t, "GET", url, "/pics/a%20b.jpg", nil)
	if got := hashed.Load(); got != 2 {
		t.Errorf("hashed %d times with another file, want twice", got)
	}
}

// A file that has just changed is hashed for each request, but not more often:
// it may change again without its times showing that.
func TestNewFilesAreHashedForEachRequest(t *testing.T) {
	s := newServer(t)
	hashed := counted(s)
	s.etags.now = nil
	url := start(t, s)
	for i := range int64(3) {
		get(t, "GET", url, "/pics/a%20b.jpg", http.Header{"Range": {"bytes=0-3"}, "If-Match": {`"a", "b", *`}, "If-Range": {`"a"`}})
		if got := hashed.Load(); got != i+1 {
			t.Errorf("hashed %d times for %d requests", got, i+1)
		}
	}
}

// Objects in memory are hashed when they are stored.
func TestMemoryIsNotHashed(t *testing.T) {
	s := newServer(t)
	hashed := counted(s)
	s.Memory = NewMemory(100)
	o := put(t, s.Memory, "a.jpg", "0123456789")
	if got, body := get(t, "GET", start(t, s), "/pics/"+o.Key, nil); got.Header.Get("ETag") != photoETag || body != "0123456789" {
		t.Errorf("got %v, %q", got.Header, body)
	}
	if got := hashed.Load(); got != 0 {
		t.Errorf("hashed %d times", got)
	}
}

// However a file changes, its ETag is that of the bytes that are served.
func TestETagFollowsTheFile(t *testing.T) {
	s := newServer(t)
	url := start(t, s)
	name := filepath.Join(s.Folder.Name(), "photo.jpg")
	write := func(data string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	replace := func(data string) {
		t.Helper()
		if err := os.WriteFile(name+".new", []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name+".new", modified, modified); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(name+".new", name); err != nil {
			t.Fatal(err)
		}
	}
	restore := func() {
		t.Helper()
		if err := os.Chtimes(name, modified, modified); err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 200 {
		data := fmt.Sprintf("%010d", i)
		switch random.IntN(4) {
		case 0:
			write(data)
		case 1:
			replace(data)
		case 2:
			write(data)
			restore()
		case 3:
			data = data[:random.IntN(10)+1]
			write(data)
		}
		for range 2 {
			header := http.Header{}
			want := data
			if random.IntN(2) > 0 && len(data) > 1 {
				header.Set("Range", "bytes=1-")
				want = data[1:]
			}
			got, body := get(t, "GET", url, "/pics/photo.jpg", header)
			if body != want || got.Header.Get("ETag") != etagOf([]byte(data)) {
				t.Fatalf("change %d: got %q with %s, want %q with %s", i, body, got.Header.Get("ETag"), want, etagOf([]byte(data)))
			}
		}
	}
}

// disk is a file system with a coarse clock and one file.
type disk struct {
	now         time.Time
	granularity time.Duration
	data        []byte
	version     version
}

func (d *disk) write(data []byte) {
	d.data = data
	d.version.modified = d.now.Truncate(d.granularity)
	d.version.changed, d.version.size = d.version.modified, int64(len(data))
}

// However coarse a file system's clock is, and whenever a file is changed and
// requested, the ETag is never that of earlier bytes.
func TestETagsOfCoarseClocks(t *testing.T) {
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 1))
		d := &disk{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), granularity: []time.Duration{1, time.Millisecond, time.Second, granularity}[seed%4]}
		d.write([]byte{0})
		e := &etags{now: func() time.Time { return d.now }}
		changes := byte(0)
		change := func() {
			changes++
			d.write([]byte{changes})
		}
		for range 50 {
			switch random.IntN(4) {
			case 0:
				change()
			case 1:
				d.now = d.now.Add(time.Duration(random.Int64N(int64(3 * d.granularity))))
			case 2:
				d.now = d.now.Add(time.Duration(random.Int64N(int64(3 * granularity))))
			case 3:
				want := d.data
				etag, data, err := e.of("a", d.version, func() ([]byte, error) {
					read := d.data
					if random.IntN(4) == 0 { // it is changed while it is read
						change()
						if random.IntN(2) == 0 {
							read = d.data
						}
					}
					return read, nil
				})
				if data != nil {
					want = data
				}
				if err != nil || etag != etagOf(want) {
					t.Fatalf("seed %d, clock of %v: got %s, %v; want that of %v", seed, d.granularity, etag, err, want)
				}
			}
		}
	}
}

// The number of kept ETags is limited.
func TestETagsAreBounded(t *testing.T) {
	e := &etags{}
	for i := range 2*mostETags + 10 {
		_, _, err := e.of(fmt.Sprint(i), version{}, func() ([]byte, error) { return nil, nil })
		if err != nil || len(e.known) > mostETags {
			t.Fatalf("%d kept, %v", len(e.known), err)
		}
	}
	if len(e.known) != 10 {
		t.Errorf("%d kept, want the last 10", len(e.known))
	}
}

// A file that changes between its opening and its reading is not served with
// the ETag that it had.
func TestFileIsChangedWhileItIsServed(t *testing.T) {
	s := newServer(t)
	counted(s)
	url := start(t, s)
	get(t, "GET", url, "/pics/photo.jpg", nil) // learns its ETag
	o, apiErr := s.stored("photo.jpg")
	if apiErr != nil {
		t.Fatal(apiErr)
	}
	defer o.close()
	if data, err := o.part(2, 4); err != nil || string(data) != "23" {
		t.Errorf("got %q, %v", data, err)
	}
	if err := os.WriteFile(filepath.Join(s.Folder.Name(), "photo.jpg"), []byte("9876543210"), 0o644); err != nil {
		t.Fatal(err)
	}
	if data, err := o.part(2, 4); err != replaced {
		t.Errorf("got %q, %v; want that it was replaced", data, err)
	}
	if got, body := get(t, "GET", url, "/pics/photo.jpg", http.Header{"Range": {"bytes=2-3"}}); got.StatusCode != 206 || body != "76" ||
		got.Header.Get("ETag") != etagOf([]byte("9876543210")) {
		t.Errorf("got %d %q %v", got.StatusCode, body, got.Header)
	}
}
