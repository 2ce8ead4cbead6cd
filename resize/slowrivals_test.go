package resize

import (
	"context"
	"errors"
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestNeverLarger: a viewer who takes slow formats gets no more bytes than one who
// takes none, however many slow formats there are between.
func TestNeverLarger(t *testing.T) {
	stripes := pictest.Drawn(86, 5, func(x, _ int) color.NRGBA {
		if x%2 == 0 {
			return color.NRGBA{200, 30, 30, 255}
		}
		return color.NRGBA{A: 255}
	})
	for name, original := range map[string][]byte{
		"photo":     pictest.JPEG(t, pictest.Scene(80, 60)),
		"drawing":   pictest.PNG(t, stripes),
		"still GIF": gifOf(t, stripes),
	} {
		for _, size := range [][2]int{{1, 1}, {43, 2}, {12, 5}} {
			req := request(size[0], size[1])
			plain, err := Resize(t.Context(), Bytes(original), req)
			if err != nil {
				t.Fatal(err)
			}
			for _, req.Formats = range [][]Format{{WebP}, {AVIF}, {AVIF, WebP}} {
				v, err := Resize(t.Context(), Bytes(original), req)
				if err != nil {
					t.Fatal(err)
				}
				if len(v.Data) > len(plain.Data) {
					t.Errorf("%s, %v of %v: %s of %d bytes, beside %s of %d", name, size, req.Formats, v.Format, len(v.Data), plain.Format, len(plain.Data))
				}
				if !slices.Contains(req.Formats, v.Format) && len(v.PassedOver) != len(req.Formats) {
					t.Errorf("%s, %v of %v: %s, passed over %+v", name, size, req.Formats, v.Format, v.PassedOver)
				}
			}
		}
	}
}

// TestScrolling: an animation of scrolling text, for which WebPs are long, has at most
// as many bytes as the GIF.
func TestScrolling(t *testing.T) {
	g := pictest.GIF{Width: 240, Height: 240, Global: pictest.Greys(8)}
	for n := range 20 {
		g.Frames = append(g.Frames, pictest.GIFFrame{Rect: image.Rect(0, 0, 240, 240), Clear: -1, Delay: 7, Colour: func(x, y int) int {
			dot := uint32(x/2*7919+(y+n)/2*104729) * 2654435761
			return 7 * int(dot>>31&(dot>>30)&(dot>>29)&(dot>>28))
		}})
	}
	data := g.Bytes(t)
	req := request(120, 120)
	plain, err := Resize(t.Context(), Bytes(data), req)
	if err != nil {
		t.Fatal(err)
	}
	req.Formats = []Format{WebP}
	v, err := Resize(t.Context(), Bytes(data), req)
	if err != nil || len(v.Data) > len(plain.Data) {
		t.Errorf("%s of %d bytes, %v, beside %d", v.Format, len(v.Data), err, len(plain.Data))
	}
}

// TestRivals: the shortest of a slow encoder's result and its rivals is returned, and
// PassedOver lists the others in order.
func TestRivals(t *testing.T) {
	photo := pictest.JPEG(t, pictest.Scene(80, 60))
	for _, tt := range []struct {
		name          string
		first, second int // bytes
		want          Format
		passed        []Format
	}{
		{"first", 1, 2, toy, nil},
		{"second", 3, 2, "toy2", []Format{toy}},
		{"the one that is not slow", 1 << 20, 1 << 19, JPEG, []Format{toy, "toy2"}},
		{"second, and the one that is not slow is shorter than the first", 1 << 20, 2, "toy2", []Format{toy}},
		{"not slow, and the first is shorter than the second", 1 << 19, 1 << 20, JPEG, []Format{toy, "toy2"}},
	} {
		one, two := toyRow, toyRow
		one.encoder, one.slow = unevenWriter{bytes: map[int]int{80: tt.first}}, true
		two.format, two.encoder, two.slow = "toy2", unevenWriter{bytes: map[int]int{80: tt.second}}, true
		req := request(40, 30)
		req.Formats = []Format{toy, "toy2"}
		v, err := new(Resizer).Resize(t.Context(), opened(t, append(slices.Clone(formats), one, two), photo), req)
		if err != nil || v.Format != tt.want {
			t.Errorf("%s: not %s, %v", tt.name, tt.want, err)
			continue
		}
		var passed []Format
		for _, p := range v.PassedOver {
			passed = append(passed, p.Format)
			if p.Why != NotSmaller {
				t.Errorf("%s: %+v", tt.name, p)
			}
		}
		if !slices.Equal(passed, tt.passed) {
			t.Errorf("%s: passed over %v, want %v", tt.name, passed, tt.passed)
		}
	}
}

// TestRivalOfWhatDoesNotFit: if the next format is too long for MaxBytes, a slow
// encoder's result is compared with what would be sent instead.
func TestRivalOfWhatDoesNotFit(t *testing.T) {
	original := pictest.PNG(t, pictest.Scene(80, 60))
	size := func(f Format) int {
		req := request(40, 30)
		req.Formats = []Format{f}
		v, err := Resize(t.Context(), Bytes(original), req)
		if err != nil || v.Format != f {
			t.Fatal(v, err)
		}
		return len(v.Data)
	}
	asPNG, asJPEG := size(PNG), size(JPEG)
	for _, tt := range []struct {
		name            string
		bytes, maxBytes int
		want            Format
	}{
		{"a PNG that does not fit, of which the JPEG is shorter", asJPEG + 1, asPNG - 1, JPEG},
		{"a PNG that does not fit, of which the JPEG is longer", asJPEG - 1, asPNG - 1, toy},
		{"a PNG that fits", asJPEG + 1, asPNG, toy},
		{"a PNG without a limit", asJPEG + 1, 0, toy},
	} {
		slow := toyRow
		slow.slow, slow.encoder = true, unevenWriter{bytes: map[int]int{80: tt.bytes}}
		req := request(40, 30)
		req.MaxBytes, req.Formats = tt.maxBytes, []Format{toy}
		v, err := new(Resizer).Resize(t.Context(), opened(t, append(slices.Clone(formats), slow), original), req)
		if err != nil {
			t.Fatal(err)
		}
		if v.Format != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, v.Format, tt.want)
		}
	}
}

// TestRivalThatOutgrew: if a rival was lowered in quality so as not to outgrow the
// original, the slow encoder is lowered too.
func TestRivalThatOutgrew(t *testing.T) {
	for _, tt := range []struct {
		name      string
		fine, low int // bytes of the slow encoder at the two qualities
		want      Format
		bytes     int
		quality   int
		outgrown  int
	}{
		{"longer than the original at first", 1500, 499, "slow", 499, 50, 1500},
		{"not longer than the original", 610, 499, "slow", 499, 50, 0},
		{"shorter at first", 499, 400, "slow", 499, 80, 0},
		{"no shorter", 1500, 500, toy, 500, 50, 2000},
	} {
		slow, like, later := toyRow, toyRow, toyRow
		later.format, later.encoder = "later", unevenWriter{bytes: map[int]int{80: 1, 50: 1}} // never tried
		slow.format, slow.slow, slow.encoder = "slow", true, unevenWriter{bytes: map[int]int{80: tt.fine, 50: tt.low}}
		like.yields, like.encoder = true, unevenWriter{bytes: map[int]int{80: 2000, 50: 500}}
		p := opened(t, table{slow, like, later}, []byte("toy 30 20\n"+strings.Repeat("\x40", 600))) // 610 bytes
		p.picture = worth{p.picture, 20}
		req := request(6, 4)
		req.Formats, req.Quality, req.MinQuality = []Format{"slow", toy, "later"}, 80, 50
		v, err := new(Resizer).Resize(t.Context(), p, req)
		if err != nil || v.Format != tt.want || len(v.Data) != tt.bytes || v.Quality != tt.quality || v.Outgrown != tt.outgrown {
			t.Errorf("%s: %+v, %v", tt.name, v, err)
			continue
		}
		gaveWay := slices.ContainsFunc(v.PassedOver, func(p PassedOver) bool { return p.Format == "slow" && p.Why == NotSmaller })
		if gaveWay != (tt.want == toy) {
			t.Errorf("%s: passed over %+v", tt.name, v.PassedOver)
		}
	}
}

// TestRivalsQuality: a rival that fits only at a lower quality does not count.
func TestRivalsQuality(t *testing.T) {
	photo := pictest.JPEG(t, pictest.Scene(80, 60))
	req := request(40, 30)
	req.Quality, req.MinQuality = 80, 20
	plain, err := Resize(t.Context(), Bytes(photo), req)
	if err != nil {
		t.Fatal(err)
	}
	req.Formats, req.MaxBytes = []Format{toy}, len(plain.Data)-1
	row := toyRow
	row.encoder, row.slow = unevenWriter{bytes: map[int]int{80: req.MaxBytes}}, true
	v, err := new(Resizer).Resize(t.Context(), opened(t, append(slices.Clone(formats), row), photo), req)
	if err != nil || v.Format != toy {
		t.Errorf("%+v, %v", v, err)
	}
}

// TestRivalsTime: a rival that is not finished within its share of the time does not
// count.
func TestRivalsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		slow, like := toyRow, toyRow
		slow.format, slow.slow, like.encoder = "slow", true, sleeper{Duration: 8 * time.Second}
		req := request(6, 4)
		req.Formats = []Format{"slow", toy}
		v, err := new(Resizer).Resize(ctx, opened(t, table{slow, like}, []byte("toy 30 20\n"+strings.Repeat("\x40", 600))), req)
		if err != nil || v.Format != "slow" {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

// impatient is an encoder that gives up at once for want of time.
type impatient struct{ toyEncoder }

func (impatient) Encode(context.Context, *pic.Buffers, pic.Sequence, pic.Budget) (pic.Encoded, error) {
	return pic.Encoded{}, context.DeadlineExceeded
}

// TestTooLittleTimeIsNotNoFit: want of time is not reported as ErrNoFit, which is
// permanent.
func TestTooLittleTimeIsNotNoFit(t *testing.T) {
	row := toyRow
	row.encoder, row.slow = impatient{}, true
	req := request(40, 30)
	req.Formats, req.MaxBytes = []Format{toy}, 10
	_, err := new(Resizer).Resize(t.Context(), opened(t, append(slices.Clone(formats), row), pictest.JPEG(t, pictest.Scene(80, 60))), req)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want too little time", err)
	}
}
