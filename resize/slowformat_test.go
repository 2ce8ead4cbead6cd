package resize

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// sleeper is a toy's encoder that takes a given time, or until ctx is done.
type sleeper struct {
	toyEncoder
	time.Duration
}

func (e sleeper) Encode(ctx context.Context, b *pic.Buffers, s pic.Sequence, budget pic.Budget) (pic.Encoded, error) {
	select {
	case <-time.After(e.Duration):
	case <-ctx.Done():
		return pic.Encoded{}, ctx.Err()
	}
	encoded, err := e.toyEncoder.Encode(ctx, b, s, budget)
	encoded.Quality, encoded.Effort = budget.Quality, "sleepy"
	return encoded, err
}

// TestSlowFormat: a slow encoder gets most of the time, and if that is not enough, the
// next format gets the rest.
func TestSlowFormat(t *testing.T) {
	for _, tt := range []struct {
		name       string
		took, left time.Duration
		slow       bool
		want       Format // "" for the error that the deadline has passed
		why        []Why
	}{
		{"no deadline", time.Hour, 0, true, toy, nil},
		{"in time", 7 * time.Second, 10 * time.Second, true, toy, nil},
		{"not in time", 8 * time.Second, 10 * time.Second, true, JPEG, []Why{OutOfTime}},
		{"a quick one that is late", 11 * time.Second, 10 * time.Second, false, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if tt.left > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.left)
					defer cancel()
				}
				row := toyRow
				row.encoder, row.slow = sleeper{Duration: tt.took}, tt.slow
				req := request(6, 4)
				req.Formats = []Format{toy}
				p := opened(t, append(slices.Clone(formats), row), pictest.JPEG(t, pictest.Scene(60, 40)))
				v, err := new(Resizer).Resize(ctx, p, req)
				if tt.want == "" {
					if !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("%+v, %v", v, err)
					}
					return
				}
				if err != nil || v.Format != tt.want || (v.Effort == "sleepy") != (tt.want == toy) {
					t.Fatalf("%+v, %v", v, err)
				}
				checkPassed(t, v, toy, tt.why)
			})
		})
	}
}

// checkPassed checks that f, and no other format, was passed over for the reasons why.
func checkPassed(t *testing.T, v *Variant, f Format, why []Why) {
	t.Helper()
	var got []Why
	for _, p := range v.PassedOver {
		if p.Format != f {
			t.Errorf("%s is passed over", p.Format)
		}
		got = append(got, p.Why)
	}
	if !slices.Equal(got, why) {
		t.Errorf("passed over for %q, want %q", got, why)
	}
}

// TestNotSmaller: a slow encoder's result gives way to one that is smaller at the same
// quality.
func TestNotSmaller(t *testing.T) {
	drawing := pictest.Scene(80, 60)
	for i := range drawing.Pix {
		drawing.Pix[i] = 255
	}
	for _, tt := range []struct {
		name     string
		original []byte
		quality  int // that the slow encoder comes down to
		maxBytes int
		want     Format
		why      []Why
	}{
		{"a photo", pictest.JPEG(t, pictest.Scene(80, 60)), 80, 0, JPEG, []Why{NotSmaller}},
		{"a drawing", pictest.PNG(t, drawing), 80, 0, PNG, []Why{NotSmaller}},
		{"no room", pictest.JPEG(t, pictest.Scene(80, 60)), 80, 1200, JPEG, []Why{DoesNotFit}},
	} {
		row := toyRow
		row.encoder, row.slow = sleeper{}, true
		req := request(40, 30)
		req.Formats, req.MaxBytes = []Format{toy}, tt.maxBytes
		v, err := new(Resizer).Resize(t.Context(), opened(t, append(slices.Clone(formats), row), tt.original), req)
		if err != nil || v.Format != tt.want {
			t.Errorf("%s: %+v, %v", tt.name, v, err)
			continue
		}
		checkPassed(t, v, toy, tt.why)
	}
}

// TestAVIF: a picture becomes an AVIF if that is asked for and permitted.
func TestAVIF(t *testing.T) {
	photo := pictest.JPEG(t, pictest.Scene(200, 150))
	animation := pictest.Fixture(t, "originals/gif-animated-once.gif")
	for _, tt := range []struct {
		name     string
		original []byte
		change   func(*Request)
		want     Format
		why      []Why
	}{
		{"photo", photo, func(*Request) {}, AVIF, nil},
		{"just small enough", photo, func(r *Request) { r.Limits.AVIFPixels = 60 * 40 }, AVIF, nil},
		{"too large", photo, func(r *Request) { r.Limits.AVIFPixels = 60*40 - 1 }, JPEG, []Why{TooManyPixels}},
		{"animation", animation, func(*Request) {}, WebP, []Why{NotWritten}},
		{"tiny", photo, func(r *Request) { r.Width, r.Height = 1, 1 }, JPEG, []Why{NotSmaller}},
		{"little memory", photo, func(r *Request) { r.Limits.Memory = 1 << 20 }, JPEG, []Why{TooMuchMemory}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := request(60, 40)
			req.Formats = []Format{AVIF}
			tt.change(&req)
			v, err := Resize(t.Context(), Bytes(tt.original), req)
			if err != nil || v.Format != tt.want {
				t.Fatalf("%+v, %v", v, err)
			}
			checkPassed(t, v, AVIF, tt.why)
			if tt.want != AVIF {
				return
			}
			if file, err := pictest.ParseAVIF(v.Data); err != nil || file.Width != req.Width || file.Height != req.Height || v.Effort != "medium" {
				t.Errorf("%+v, %v, effort %q", file, err, v.Effort)
			}
		})
	}
}

// hastyWriter is a toy's encoder that pads its pictures, and takes until the deadline
// if there is a limit of bytes.
type hastyWriter struct{ toyEncoder }

func (e hastyWriter) Encode(ctx context.Context, b *pic.Buffers, s pic.Sequence, budget pic.Budget) (pic.Encoded, error) {
	if budget.MaxBytes > 0 {
		<-ctx.Done()
		return pic.Encoded{}, ctx.Err()
	}
	encoded, err := e.toyEncoder.Encode(ctx, b, s, budget)
	encoded.Data = append(encoded.Data, make([]byte, 1000)...)
	return encoded, err
}

// TestNoTimeToBeShorter: a variant with more bytes than its original, and no time for a
// shorter one, stays as it is and reports Hurried.
func TestNoTimeToBeShorter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		row := toyRow
		row.encoder, row.yields = hastyWriter{}, true
		p := opened(t, append(slices.Clone(formats), row), []byte("toy 30 20\n"+strings.Repeat("\x40", 600)))
		req := request(6, 4)
		req.Formats = []Format{toy}
		v, err := new(Resizer).Resize(ctx, p, req)
		if err != nil || v.Format != toy || v.Outgrown != len(v.Data) || v.Outgrown < 1000 || !v.Hurried {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

// unevenWriter writes as many bytes at each quality as its table says.
type unevenWriter struct {
	toyEncoder
	bytes map[int]int
}

func (e unevenWriter) Encode(ctx context.Context, b *pic.Buffers, s pic.Sequence, budget pic.Budget) (pic.Encoded, error) {
	n := e.bytes[budget.Quality]
	if !budget.Fits(n) {
		return pic.Encoded{}, pic.ErrNoFit
	}
	return pic.Encoded{Data: make([]byte, n), Quality: budget.Quality}, nil
}

// TestNoShorterAtLess: a variant with more bytes than its original stays as it is if
// the only other permitted quality takes as many.
func TestNoShorterAtLess(t *testing.T) {
	for _, maxBytes := range []int{0, 2000} {
		row := toyRow
		row.encoder, row.yields = unevenWriter{bytes: map[int]int{80: 2000, 79: 2001, 50: 2001}}, true
		p := opened(t, append(slices.Clone(formats), row), []byte("toy 30 20\n"+strings.Repeat("\x40", 600)))
		p.picture = worth{p.picture, 20}
		req := request(6, 4)
		req.Formats, req.Quality, req.MinQuality, req.MaxBytes = []Format{toy}, 80, 50, maxBytes
		v, err := new(Resizer).Resize(t.Context(), p, req)
		if err != nil || v.Quality != 80 || len(v.Data) != 2000 || v.Outgrown != 2000 {
			t.Errorf("%+v, %v", v, err)
		}
	}
}

// worth is a picture whose header gives a quality.
type worth struct {
	pic.Picture
	quality int
}

func (w worth) Header() pic.Header {
	h := w.Picture.Header()
	h.Quality = w.quality
	return h
}
