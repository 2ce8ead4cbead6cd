package resize

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// panicking is an original that panics at the first request for more than after bytes.
type panicking struct {
	Bytes
	after int
}

func (p panicking) First(_ context.Context, n int) ([]byte, error) {
	if n > p.after {
		panic("the network is on fire")
	}
	return p.Bytes[:p.after], nil
}

// TestResizerAnyOrder: a used Resizer makes the same of every original as a fresh one,
// whatever it made before and however that ended.
func TestResizerAnyOrder(t *testing.T) {
	type job struct {
		name string
		data []byte
		req  Request
		want *Variant
		err  error
	}
	originals := memoryOriginals(t)
	var jobs []job
	for _, name := range slices.Sorted(maps.Keys(originals)) {
		data := originals[name]
		req := requestFor(t, data)
		tall := req
		tall.Width, tall.Height = (req.Width+1)/2, 2*req.Height
		bounded := req
		bounded.MaxBytes = 600
		requests := []Request{req, tall, bounded}
		if !bytes.HasPrefix(data, []byte{0xff, pictest.MarkerSOI}) {
			requests = requests[:1]
		}
		for _, f := range []Format{AVIF, WebP} {
			modern := req
			modern.Formats = []Format{f}
			requests = append(requests, modern)
		}
		for _, req := range requests {
			v, err := Resize(t.Context(), Bytes(data), req)
			jobs = append(jobs, job{name, data, req, v, err})
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	var used Resizer
	for range 2 {
		r.Shuffle(len(jobs), func(i, j int) { jobs[i], jobs[j] = jobs[j], jobs[i] })
		for _, j := range jobs {
			disturb(t, &used, j.data, j.req, r)
			v, err := resizeWith(&used, t.Context(), Bytes(j.data), j.req)
			if message(err) != message(j.err) {
				t.Fatalf("%s, %+v: error %v, want %v", j.name, j.req, err, j.err)
			}
			if err == nil && (!bytes.Equal(v.Data, j.want.Data) || v.Quality != j.want.Quality) {
				t.Fatalf("%s, %+v: another variant", j.name, j.req)
			}
		}
	}
}

// disturb starts a resize that usually fails: the original is cut off or corrupt, does
// not arrive or panics, or the context is done.
func disturb(t *testing.T, r *Resizer, data []byte, req Request, random *rand.Rand) {
	end := random.IntN(len(data) + 1)
	switch random.IntN(8) {
	case 0:
		resizeWith(r, t.Context(), &pictest.Pieces{Data: data, Size: pictest.Always(100), End: end, Err: errors.New("broken")}, req)
	case 1:
		ctx := &pictest.Countdown{Context: t.Context()}
		ctx.Left.Store(random.Int64N(8))
		resizeWith(r, ctx, Bytes(data), req)
	case 2:
		defer func() { _ = recover() }()
		resizeWith(r, t.Context(), panicking{data, end}, req)
	case 3:
		resizeWith(r, t.Context(), Bytes(data[:end]), req)
	default:
		resizeWith(r, t.Context(), Bytes(corrupted(data, random)), req)
	}
}

// corrupted returns data with a few bits changed, most of them after the start of a
// JPEG's first scan.
func corrupted(data []byte, random *rand.Rand) []byte {
	if len(data) == 0 {
		return nil
	}
	data = bytes.Clone(data)
	from := 0
	if at := bytes.Index(data, []byte{0xff, pictest.MarkerSOS}); at >= 0 && random.IntN(4) > 0 {
		from = at
	}
	for range 1 + random.IntN(4) {
		data[from+random.IntN(len(data)-from)] ^= 1 << random.IntN(8)
	}
	return data
}

// TestResizerKeeps: the second of two JPEGs takes almost no memory of its own. The
// buffers of a large one are not kept, and none are kept for other formats.
func TestResizerKeeps(t *testing.T) {
	small := pictest.JPEG(t, pictest.Scene(900, 600))
	var r Resizer
	resize := func(data []byte, req Request) {
		t.Helper()
		if _, err := resizeWith(&r, t.Context(), Bytes(data), req); err != nil {
			t.Fatal(err)
		}
	}
	for _, formats := range [][]Format{nil, {AVIF}} {
		r = Resizer{}
		req := request(300, 200)
		req.Formats = formats
		first := pictest.Allocated(func() { resize(small, req) })
		second := pictest.Allocated(func() { resize(small, req) })
		if second > first/8 {
			t.Errorf("%v: %d bytes allocated for the second picture, %d for the first", formats, second, first)
		}
	}
	for name, other := range map[string]struct {
		data []byte
		req  Request
	}{
		"large": {pictest.JPEG(t, pictest.Scene(2600, 1900)), request(2000, 1500)},
		"PNG":   {pictest.PNG(t, pictest.Scene(30, 20)), request(10, 10)},
		"BMP":   {pictest.BMPV5(pictest.Scene(30, 20), nil), request(10, 10)},
	} {
		resize(small, request(300, 200))
		if r.buffers.Size() == 0 {
			t.Fatal("nothing is kept")
		}
		resize(other.data, other.req)
		if r.buffers.Size() != 0 {
			t.Errorf("%s: buffers are kept", name)
		}
	}
}

// TestResizerKeepsLittle: JPEGs that each make other buffers grow do not make a Resizer
// keep more than its limit.
func TestResizerKeepsLittle(t *testing.T) {
	large, small := pictest.JPEG(t, pictest.Scene(3800, 2900)), pictest.JPEG(t, pictest.Scene(1200, 900))
	row := request(3800, 1) // all samples across
	row.Fit = Fill
	all := int64(0)
	for _, used := range []*Resizer{nil, new(Resizer)} {
		for _, try := range []struct {
			data []byte
			req  Request
		}{{large, row}, {small, request(1150, 860)}} {
			r := used
			if r == nil {
				r = new(Resizer)
			}
			if _, err := resizeWith(r, t.Context(), Bytes(try.data), try.req); err != nil {
				t.Fatal(err)
			}
			if used == nil {
				all += r.buffers.Size()
			} else if kept := r.buffers.Size(); kept > leastKept {
				t.Errorf("%d bytes kept", kept)
			}
		}
	}
	if all <= leastKept {
		t.Errorf("%d bytes, which may all be kept", all)
	}
}

// TestResizerKeep: Keep permits keeping the buffers of a picture that is large for the
// zero Resizer, but not beside buffers that are not kept.
func TestResizerKeep(t *testing.T) {
	large := pictest.JPEG(t, pictest.Scene(2600, 1900))
	r := &Resizer{Keep: 100 << 20}
	make := func(data []byte, req Request) {
		t.Helper()
		if _, err := resizeWith(r, t.Context(), Bytes(data), req); err != nil {
			t.Fatal(err)
		}
	}
	make(large, request(2000, 1500))
	if kept := r.buffers.Size(); kept < 4<<20 || kept > r.Keep {
		t.Errorf("%d bytes are kept", kept)
	}
	make(pictest.PNG(t, pictest.Scene(30, 20)), request(10, 10))
	if kept := r.buffers.Size(); kept != 0 {
		t.Errorf("%d bytes are kept beside a PNG", kept)
	}
}
