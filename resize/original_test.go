package resize

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// requestFor returns a request for a variant of about a third of each side, or any
// request if data is not a picture.
func requestFor(t *testing.T, data []byte) Request {
	t.Helper()
	info, err := Inspect(t.Context(), Bytes(data))
	if err != nil {
		return request(1, 1)
	}
	req := request((info.Width+2)/3, (info.Height+2)/3)
	req.Limits.Pixels = 1 << 20
	return req
}

// TestOriginalArrives: how the bytes arrive changes neither the variant nor the error.
func TestOriginalArrives(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, data := range memoryOriginals(t) {
		req := requestFor(t, data)
		wantInfo, wantInfoErr := Inspect(t.Context(), Bytes(data))
		want, wantErr := Resize(t.Context(), Bytes(data), req)
		for how, size := range map[string]func() int{
			"1": pictest.Always(1), "1000": pictest.Always(1000), "random": func() int { return 1 + r.IntN(1<<r.IntN(14)) },
		} {
			info, err := Inspect(t.Context(), &pictest.Pieces{Data: data, Size: size})
			if info != wantInfo || message(err) != message(wantInfoErr) {
				t.Errorf("%s in pieces of %s: %+v, %v; want %+v, %v", name, how, info, err, wantInfo, wantInfoErr)
			}
			got, err := Resize(t.Context(), &pictest.Pieces{Data: data, Size: size}, req)
			if message(err) != message(wantErr) {
				t.Errorf("%s in pieces of %s: error %v, want %v", name, how, err, wantErr)
			}
			if err == nil && !bytes.Equal(got.Data, want.Data) {
				t.Errorf("%s in pieces of %s: another variant", name, how)
			}
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestOriginalBroken ends the arrival early in many places: for every format, Resize
// returns the arrival's error unchanged.
func TestOriginalBroken(t *testing.T) {
	broken := errors.New("connection reset")
	for name, data := range memoryOriginals(t) {
		req := requestFor(t, data)
		whole := &pictest.Pieces{Data: data, Size: pictest.Always(1)}
		_, err := Resize(t.Context(), whole, req)
		if err != nil && whole.Asked < len(data) {
			continue // refused by its first bytes
		}
		for _, end := range []int{0, 1, 3, 100, 4096, whole.Asked / 2, whole.Asked - 1} {
			if end < 0 || end >= whole.Asked {
				continue
			}
			source := &pictest.Pieces{Data: data, Size: pictest.Always(17), End: end, Err: broken}
			if v, err := Resize(t.Context(), source, req); v != nil || err != broken {
				t.Errorf("%s, broken after %d of %d bytes: %v", name, end, whole.Asked, err)
			}
			source = &pictest.Pieces{Data: data, Size: pictest.Always(17), End: min(end, 2), Err: broken}
			if _, err := Inspect(t.Context(), source); err != broken {
				t.Errorf("Inspect of %s, broken after %d bytes: %v", name, end, err)
			}
		}
	}
}

// TestOriginalNeeded: no more of a JPEG is requested than is needed, and the rest may
// be missing.
func TestOriginalNeeded(t *testing.T) {
	for _, test := range []struct {
		name string
		req  Request
		most float64 // share of the file; recognising the format takes up to a third of these files
	}{
		{"jpeg-420.jpg", request(40, 30), 1},
		{"jpeg-progressive-420.jpg", request(10, 8), 0.32},
		{"jpeg-progressive-444.jpg", request(10, 8), 0.32},
		{"jpeg-progressive-gray.jpg", request(10, 8), 0.32},
		{"jpeg-progressive-420.jpg", request(30, 22), 0.6},
		{"jpeg-progressive-420-restart-markers.jpg", request(10, 8), 0.32},
	} {
		data := fixture(t, "../../testdata/originals/"+test.name)
		source := &pictest.Pieces{Data: data, Size: pictest.Always(1)}
		want, err := Resize(t.Context(), source, test.req)
		if err != nil {
			t.Fatal(err)
		}
		if part := float64(source.Asked) / float64(len(data)); part > test.most {
			t.Errorf("%s: %.2f of the bytes are asked for", test.name, part)
		}
		got, err := Resize(t.Context(), Bytes(data[:source.Asked]), test.req)
		if err != nil || !bytes.Equal(got.Data, want.Data) {
			t.Errorf("%s cut after what is asked for: another variant, or error %v", test.name, err)
		}
		source = &pictest.Pieces{Data: data, Size: pictest.Always(1)}
		if _, err := Inspect(t.Context(), source); err != nil {
			t.Fatal(err)
		}
		if scan := bytes.LastIndex(data[:sniffed], []byte{0xff, pictest.MarkerSOS}); scan < 0 || source.Asked > sniffed {
			t.Errorf("%s: Inspect asks for %d bytes", test.name, source.Asked)
		}
	}
}

// TestOriginalCancelled: cancelling the context ends the waiting.
func TestOriginalCancelled(t *testing.T) {
	data := fixture(t, "../../testdata/originals/jpeg-progressive-420.jpg")
	for _, end := range []int{0, 100, sniffed, len(data) / 2} {
		ctx, cancel := context.WithCancel(t.Context())
		source := &stalled{pictest.Pieces{Data: data, Size: pictest.Always(1), End: end}, cancel}
		if v, err := Resize(ctx, source, request(50, 40)); v != nil || err != context.Canceled {
			t.Errorf("stalled after %d bytes: %v", end, err)
		}
	}
}

// stalled is an original that cancels its context while bytes are waited for.
type stalled struct {
	pictest.Pieces
	cancel context.CancelFunc
}

func (s *stalled) First(ctx context.Context, n int) ([]byte, error) {
	if n <= s.End {
		return s.Pieces.First(ctx, n)
	}
	s.cancel()
	<-ctx.Done()
	return nil, ctx.Err()
}

// counted is an original that counts calls of First.
type counted struct {
	Bytes
	asked int
}

func (c *counted) First(ctx context.Context, n int) ([]byte, error) {
	c.asked++
	return c.Bytes.First(ctx, n)
}

// TestOriginalAsked: bytes that have arrived are not requested again, however many
// parts they consist of.
func TestOriginalAsked(t *testing.T) {
	for name, data := range map[string][]byte{"JPEG": pictest.JPEG(t, pictest.Scene(24, 16)), "PNG": pictest.PNG(t, pictest.Scene(24, 16))} {
		c := &counted{Bytes: data}
		if _, err := Resize(t.Context(), c, request(12, 8)); err != nil {
			t.Fatal(err)
		}
		if c.asked > 2 { // for all, and for whether there is more
			t.Errorf("%s: asked for %d times", name, c.asked)
		}
	}
}

// TestTimesWithoutWaiting: no stage includes waiting. In the bubble, nothing else takes
// time.
func TestTimesWithoutWaiting(t *testing.T) {
	for _, name := range []string{"jpeg-420.jpg", "jpeg-progressive-420.jpg", "jpeg-cmyk-adobe.jpg", "png-rgb-8.png", "gif-still.gif"} {
		data := fixture(t, "../../testdata/originals/"+name)
		req := requestFor(t, data)
		synctest.Test(t, func(t *testing.T) {
			source := &pictest.Pieces{Data: data, Size: pictest.Always(100), Delay: time.Second}
			start := time.Now()
			v, err := Resize(t.Context(), source, req)
			if err != nil {
				t.Fatal(err)
			}
			if all := time.Since(start); all < time.Second || v.Times != (Times{}) {
				t.Errorf("%s: %v, in all %v", name, v.Times, all)
			}
		})
	}
}

// TestHeaderBetweenBytes: a header that arrives byte by byte behind many bytes of no
// segment is not searched again from the start each time.
func TestHeaderBetweenBytes(t *testing.T) {
	data := pictest.JPEG(t, pictest.Scene(8, 8))
	padded := append(append([]byte{0xff, pictest.MarkerSOI, 0xff, 0xff}, strings.Repeat("\x00", 1<<20)...), data[2:]...)
	source := &pictest.Pieces{Data: padded, Size: pictest.Always(64)}
	info, err := Inspect(t.Context(), source)
	if err != nil || info.Width != 8 {
		t.Errorf("%+v, %v", info, err)
	}
}
