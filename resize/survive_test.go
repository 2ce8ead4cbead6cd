package resize

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/gif"
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/resize/bench/cputime"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// The most that a resize may cost in the fuzz tests: seconds of CPU time for each 100
// kB of original begun, and bytes beyond the estimate, for garbage.
const (
	secondsPer100kB = 1
	memorySlack     = 1 << 20
)

// checkSurvives opens and resizes data. It expects the variant that was asked for or
// one of the errors that Resize's comment names, within the time and within the memory
// that Resize compared with the limit. how selects the variant.
func checkSurvives(t *testing.T, data []byte, how uint16) {
	t.Helper()
	const mostPixels, mostMemory = 1 << 18, 128 << 20
	info, err := Inspect(t.Context(), Bytes(data))
	if err != nil {
		checkError(t, err)
		return
	}
	if info.Width < 1 || info.Height < 1 || info.Frames < 1 {
		t.Fatalf("%+v", info)
	}
	req := fuzzedRequest(info, how, len(data))
	req.Limits = Limits{Pixels: mostPixels, Memory: 1}
	for {
		var v *Variant
		p, err := Open(t.Context(), Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		c := costOf(func() { v, err = new(Resizer).Resize(t.Context(), p, req) })
		var limit *LimitError
		if errors.As(err, &limit) && limit.What == "memory" && limit.Got <= mostMemory {
			if limit.Got <= req.Limits.Memory {
				t.Fatalf("%v at a limit of %d", err, req.Limits.Memory)
			}
			req.Limits.Memory = limit.Got
			continue
		}
		checkCost(t, data, req, c)
		if err != nil {
			checkError(t, err)
			return
		}
		info := p.Info()
		if p.trimmed != nil {
			u := p.trimmed.upright(p.picture.Header())
			info.Width, info.Height = u.width, u.height
		}
		checkVariant(t, info, req, v)
		if how&1 == 0 {
			checkSmart(t, data, req, v)
		}
		if how>>13 == 0 {
			again, err := Resize(t.Context(), piecemeal(data), req)
			if err != nil || !bytes.Equal(again.Data, v.Data) {
				t.Errorf("another variant of an original that arrives bit by bit, %v", err)
			}
		}
		return
	}
}

// checkSmart makes the variant req asks for again, where its subject is. It has the size
// of centre, the variant without Smart.
func checkSmart(t *testing.T, data []byte, req Request, centre *Variant) {
	t.Helper()
	req.Limits.Memory = 0
	v, err := Resize(t.Context(), Bytes(data), smartly(req))
	if err != nil {
		checkError(t, err)
		return
	}
	if v.Width != centre.Width || v.Height != centre.Height || !v.Focus.valid() {
		t.Fatalf("%+v: %dx%d around %v instead of %dx%d", req, v.Width, v.Height, v.Focus, centre.Width, centre.Height)
	}
}

// fuzzedRequest derives a request from how: four bits for each side, two for the fit,
// one of whose values leaves a side out, one for the bytes, and two that mostly add
// what else can be asked for, seeded with how and salt.
func fuzzedRequest(info Info, how uint16, salt int) Request {
	part := func(side int, sixteenths uint16) int { return max(1, side*int(sixteenths+1)/16) }
	req := request(part(info.Width, how&15), part(info.Height, how>>4&15))
	switch how >> 8 & 3 {
	case 1:
		req.Fit = Fill
	case 2:
		req.Fit = Inside
	case 3:
		req.Width = 0
	}
	if how>>10&1 == 1 {
		req.MaxBytes = 700
	}
	if how>>11&3 != 0 {
		askMore(&req, rand.New(rand.NewPCG(uint64(how), uint64(salt))))
	}
	return req
}

// askMore sets random fields of a request.
func askMore(req *Request, random *rand.Rand) {
	if random.IntN(2) == 0 {
		req.Focus = &Focus{random.Float64(), random.Float64()}
	}
	if random.IntN(2) == 0 {
		req.Scale = 1 + 3*random.Float64()
		req.MaxWidth, req.MaxHeight = random.IntN(500), random.IntN(500)
	}
	if random.IntN(2) == 0 {
		req.Largest = true
		times := func(n, by int) int { return min(n*by, math.MaxInt32) }
		req.Width, req.Height = times(req.Width, 1+random.IntN(3)), times(req.Height, 1+random.IntN(3))
	}
	if random.IntN(2) == 0 {
		req.Fit = Pad
	}
	if random.IntN(2) == 0 {
		req.Background = &RGB{uint8(random.Uint32()), uint8(random.Uint32()), uint8(random.Uint32())}
	}
	if formats := []Format{JPEG, PNG, WebP}; random.IntN(2) == 0 {
		req.Formats = formats[random.IntN(3):]
	}
	req.Smart = random.IntN(2) == 0
	req.Trim = random.IntN(3) == 0
	if random.IntN(3) == 0 {
		req.Sharpen = random.IntN(11)
	}
	if random.IntN(4) == 0 {
		req.Blur = 1 << random.IntN(7)
	}
}

// piecemeal is an original that delivers only the bytes asked for.
type piecemeal []byte

func (p piecemeal) Len() int { return len(p) }

func (p piecemeal) Expect(int) {}

func (p piecemeal) First(_ context.Context, n int) ([]byte, error) {
	n = max(0, min(n, len(p)))
	return p[:n:n], nil
}

// checkError expects one of the errors that Resize's comment names.
func checkError(t *testing.T, err error) {
	t.Helper()
	var unsupported UnsupportedError
	var format *FormatError
	var limit *LimitError
	switch {
	case errors.As(err, &unsupported), errors.As(err, &format), errors.As(err, &limit):
	case errors.Is(err, ErrLarger), errors.Is(err, ErrSameSize), errors.Is(err, ErrNoFit):
	default:
		t.Errorf("error %v (%T) is of no type that Resize names", err, err)
	}
}

// checkVariant checks that the standard library reads what was asked for.
func checkVariant(t *testing.T, info Info, req Request, v *Variant) {
	t.Helper()
	b, err := req.sides(info.Width, info.Height)
	if err != nil {
		t.Fatal(err)
	}
	if v.Width != b.X || v.Height != b.Y || req.MaxBytes > 0 && len(v.Data) > req.MaxBytes {
		t.Errorf("%dx%d in %d bytes, want %dx%d in %d", v.Width, v.Height, len(v.Data), b.X, b.Y, req.MaxBytes)
	}
	img, format, err := pictest.DecodeFirst(t, v.Data)
	if err != nil || format != string(v.Format) || img.Bounds().Size() != image.Pt(v.Width, v.Height) {
		t.Fatalf("a %s of %dx%d, but read as %q: %v", v.Format, v.Width, v.Height, format, err)
	}
	if v.Format == GIF {
		g, err := gif.DecodeAll(bytes.NewReader(v.Data))
		if err != nil || len(g.Image) != info.Frames {
			t.Errorf("%d frames, %v; want %d", len(g.Image), err, info.Frames)
		}
	}
}

// cost is what a function used of the process's CPU time and memory.
type cost struct {
	cpu       time.Duration
	allocated uint64 // bytes, whether or not they were freed
}

func costOf(f func()) cost {
	cpu, bytes := cputime.Self(), measured("/gc/heap/allocs:bytes")
	f()
	return cost{cputime.Self() - cpu, measured("/gc/heap/allocs:bytes") - bytes}
}

// checkCost compares a resize's cost with the bounds. It measures again, more exactly,
// if one is exceeded, since other things may have run meanwhile.
func checkCost(t *testing.T, data []byte, req Request, c cost) {
	t.Helper()
	resize := func(ctx context.Context) { Resize(ctx, Bytes(data), req) }
	most := secondsPer100kB * time.Duration(1+len(data)/100_000) * time.Second
	if c.cpu > most {
		if again := costOf(func() { resize(t.Context()) }).cpu; again > most {
			t.Errorf("%d bytes took %v of CPU time, then %v", len(data), c.cpu, again)
		}
	}
	bound := uint64(req.Limits.Memory) + memorySlack
	if req.Trim { // decodes twice
		bound += uint64(req.Limits.Memory)
	}
	if c.allocated > bound {
		if peak := peakMemory(resize); peak > bound {
			t.Errorf("%d bytes in use, %d estimated", peak, req.Limits.Memory)
		}
	}
}

// peakMemory returns the most bytes in use at once while f runs, beyond those in use
// before. Garbage counts until f checks its context.
func peakMemory(f func(context.Context)) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	runtime.GC()
	before := measured(inUse)
	c := &collector{Context: context.Background(), peak: before, left: before}
	f(c)
	c.Err()
	return c.peak - before
}

// collector is a context that collects the garbage whenever it is checked.
type collector struct {
	context.Context
	mu         sync.Mutex
	peak, left uint64 // bytes in use at most, and after the last collection
}

func (c *collector) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	const worthIt = memorySlack / 4
	now := measured(inUse)
	c.peak = max(c.peak, now)
	if now > c.left+worthIt {
		runtime.GC()
		c.left = measured(inUse)
	}
	return nil
}

// inUse names the metric of objects that have not been freed.
const inUse = "/memory/classes/heap/objects:bytes"

func measured(name string) uint64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// TestPeakMemory: peakMemory counts what is in use, and not what was dropped before.
func TestPeakMemory(t *testing.T) {
	const each, times = 1 << 20, 16
	var held [][]byte
	kept := peakMemory(func(ctx context.Context) {
		for range times {
			held = append(held, make([]byte, each))
		}
	})
	dropped := peakMemory(func(ctx context.Context) {
		for range times {
			held = [][]byte{make([]byte, each)}
			ctx.Err()
		}
	})
	runtime.KeepAlive(held)
	if kept < each*times || kept > each*(times+1) {
		t.Errorf("%d bytes for %d that were kept", kept, each*times)
	}
	if dropped > 3*each {
		t.Errorf("%d bytes for %d that were dropped one by one", dropped, each*times)
	}
}
