package s3origin

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/edge"
)

// The parts of an object follow each other without gaps, and none is larger
// than the plan allows.
func TestSplit(t *testing.T) {
	p := plan{first: 10, rest: 4}
	for total := int64(10); total < 40; total++ {
		parts := p.split(span{0, 10}, total)
		end := int64(0)
		for i, part := range parts {
			size := part.end - part.start
			if part.start != end || part.next != part.start || size < 1 || i > 0 && size > p.rest {
				t.Errorf("of %d bytes part %d is %+v behind %d", total, i, part.span, end)
			}
			end = part.end
		}
		if end != total || int64(len(parts)) != 1+(total-10+3)/4 {
			t.Errorf("%d bytes are %d parts up to %d", total, len(parts), end)
		}
	}
}

// parted is the object of these tests. Its plan fetches spans from 0, 8, 12, 16
// and 20, three at a time.
var (
	parted     = []byte("8 bytes of four, four four four.")[:24]
	partedPlan = plan{first: 8, rest: 4, parallel: 3, ahead: 2}
)

// ranges is a transport that replies to requests for parted by their Range.
type ranges struct {
	by map[string]reply // others get S3's answer at once

	mu            sync.Mutex
	asked         []string
	running, most int
}

func (s *ranges) RoundTrip(r *http.Request) (*http.Response, error) {
	asked := r.Header.Get("Range")
	s.mu.Lock()
	s.asked = append(s.asked, asked)
	s.running++
	s.most = max(s.most, s.running)
	s.mu.Unlock()
	answer := s.by[asked]
	if answer == nil {
		answer = ok(parted)
	}
	response, err := answer(r)
	if err != nil {
		s.done()
		return nil, err
	}
	response.Body = &closer{response.Body, sync.OnceFunc(s.done)}
	return response, nil
}

func (s *ranges) done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
}

func (s *ranges) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.Sort(s.asked)
	return s.asked
}

type closer struct {
	io.Reader
	close func()
}

func (c *closer) Close() error {
	c.close()
	return nil
}

func (s *ranges) open(ctx context.Context, t *testing.T) edge.Body {
	t.Helper()
	o := newOrigin(Options{Credentials: testCredentials}, s)
	o.plan = partedPlan
	body, err := o.Open(ctx, photo, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// after replies with parted once d has passed.
func after(d time.Duration) reply {
	return func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(d):
			return ok(parted)(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

const (
	part0, part1, part2, part3, part4 = "bytes=0-7", "bytes=8-11", "bytes=12-15", "bytes=16-19", "bytes=20-23"
)

// Parts are asked for, once each, shortly before the reader wants them.
func TestParts(t *testing.T) {
	for name, tt := range map[string]struct {
		read  func(context.Context, edge.Body)
		asked []string
	}{
		"nothing wanted":       {func(context.Context, edge.Body) {}, []string{part0}},
		"the first byte":       {func(ctx context.Context, b edge.Body) { b.First(ctx, 1) }, []string{part0}},
		"almost the next part": {func(ctx context.Context, b edge.Body) { b.First(ctx, 7) }, []string{part0, part1}},
		"some of a part":       {func(ctx context.Context, b edge.Body) { b.First(ctx, 9) }, []string{part0, part1}},
		"most of it":           {func(ctx context.Context, b edge.Body) { b.First(ctx, 17) }, []string{part0, part1, part2, part3}},
		"all expected":         {func(_ context.Context, b edge.Body) { b.Expect(b.Len()) }, []string{part0, part1, part2, part3, part4}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &ranges{}
				body := s.open(t.Context(), t)
				defer body.Close()
				tt.read(t.Context(), body)
				synctest.Wait()
				slices.Sort(tt.asked)
				if got := s.seen(); !slices.Equal(got, tt.asked) {
					t.Errorf("asked for %q, want %q", got, tt.asked)
				}
			})
		})
	}
}

// Several parts arrive at a time, up to the limit, and are handed out in order.
func TestPartsAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const second = time.Second
		s := &ranges{by: map[string]reply{
			part1: after(3 * second), part2: after(second), part3: after(3 * second), part4: after(second),
		}}
		body := s.open(t.Context(), t)
		defer body.Close()
		synctest.Wait() // for part 0
		start := time.Now()
		body.Expect(body.Len())
		// Parts 1 to 3 begin at once, part 4 when part 2 has arrived.
		for _, want := range []struct {
			first int
			took  time.Duration
			there int
		}{{8, 0, 8}, {9, 3 * second, 24}} {
			data, err := body.First(t.Context(), want.first)
			synctest.Wait()
			if took := time.Since(start); err != nil || took != want.took {
				t.Errorf("%d bytes took %v, %v; want %v", want.first, took, err, want.took)
			}
			if !bytes.HasPrefix(parted, data) {
				t.Errorf("got %q", data)
			}
		}
		data, err := body.First(t.Context(), body.Len())
		if err != nil || !bytes.Equal(data, parted) {
			t.Errorf("got %q, %v", data, err)
		}
		if s.most != 3 {
			t.Errorf("%d requests at a time, want 3", s.most)
		}
	})
}

// A part has two attempts of its own. If both fail, the other parts end, and
// what arrived before stays.
func TestPartFails(t *testing.T) {
	once := func(first, then reply) reply {
		var mu sync.Mutex
		return func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			now := first
			first = then
			mu.Unlock()
			return now(r)
		}
	}
	for name, tt := range map[string]struct {
		answer reply // to the request for part 2
		reason edge.Reason
	}{
		"reset once":     {once(reset, ok(parted)), ""},
		"SlowDown once":  {once(slowDown, ok(parted)), ""},
		"reset":          {reset, edge.S3Failed},
		"replaced":       {refuse(412, "PreconditionFailed"), edge.S3Changed},
		"deleted":        {refuse(404, "NoSuchKey"), edge.S3NotFound},
		"other ETag":     {with(ok(parted), http.Header{"Etag": {`"e2"`}}), edge.S3Changed},
		"other length":   {ok(parted[:20]), edge.S3Changed},
		"the whole":      {respond(200, 24, bytes.NewReader(parted), nil), edge.S3Failed},
		"panics":         {func(*http.Request) (*http.Response, error) { panic("odd") }, edge.Panicked},
		"never answered": {hang, edge.S3Timeout},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
				defer cancel()
				s := &ranges{by: map[string]reply{part2: tt.answer}}
				body := s.open(ctx, t)
				defer body.Close()
				if _, err := body.First(ctx, 8); err != nil {
					t.Fatal(err)
				}
				data, err := body.First(context.WithoutCancel(ctx), body.Len())
				if tt.reason == "" && (err != nil || !bytes.Equal(data, parted)) {
					t.Errorf("got %q, %v", data, err)
				}
				if tt.reason != "" && edge.ReasonOf(err) != tt.reason {
					t.Errorf("got %q, %v; want %s", data, err, tt.reason)
				}
				if data, err := body.First(ctx, 8); err != nil || !bytes.HasPrefix(data, parted[:8]) {
					t.Errorf("what had arrived is %q, %v", data, err)
				}
			})
		})
	}
}

// Without an ETag, parts of one version cannot be told from those of another.
func TestPartsWithoutETag(t *testing.T) {
	s := &ranges{by: map[string]reply{part0: with(ok(parted), http.Header{"Etag": nil})}}
	o := newOrigin(Options{Credentials: testCredentials}, s)
	o.plan = partedPlan
	l := photo
	l.ETag = ""
	if body, err := o.Open(t.Context(), l, 1000); err == nil || edge.ReasonOf(err) != edge.S3Failed {
		t.Errorf("got %v, %v", body, err)
	}
}

// Close waits for what arrives sooner than a new connection would, and for
// nothing else.
func TestCloseKeepsTheConnection(t *testing.T) {
	// The answer begins after two seconds; each byte of its body takes each.
	slowly := func(each time.Duration) reply {
		return func(r *http.Request) (*http.Response, error) {
			time.Sleep(2 * time.Second)
			response, err := ok(parted)(r)
			all := response.Body
			response.Body = io.NopCloser(readerFunc(func(p []byte) (int, error) {
				select {
				case <-time.After(each):
					return all.Read(p[:1])
				case <-r.Context().Done():
					return 0, r.Context().Err()
				}
			}))
			return response, err
		}
	}
	for name, tt := range map[string]struct {
		each, took time.Duration
		arrived    int
	}{
		"soon": {300 * time.Millisecond, 1200 * time.Millisecond, 8},
		"late": {600 * time.Millisecond, 0, 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &ranges{by: map[string]reply{part0: slowly(tt.each)}}
				body := s.open(t.Context(), t)
				if _, err := body.First(t.Context(), 4); err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				body.Close()
				if took := time.Since(start); took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
				if data, err := body.First(t.Context(), tt.arrived); err != nil || len(data) != tt.arrived {
					t.Errorf("%d bytes have arrived, %v; want %d", len(data), err, tt.arrived)
				}
				if got := s.seen(); !slices.Equal(got, []string{part0}) {
					t.Errorf("asked for %q", got)
				}
			})
		})
	}
}
