package resize

import (
	"context"
	"image"
	"image/gif"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// kinds of animations: each function returns the gray level of a frame's pixel, 8 bits,
// where 0 is transparent.
var kinds = map[string]func(r *rand.Rand) func(x, y, n int) int{
	"noise": func(r *rand.Rand) func(x, y, n int) int {
		levels := 1 + r.IntN(255)
		return func(int, int, int) int { return r.IntN(levels + 1) }
	},
	"flat": func(r *rand.Rand) func(x, y, n int) int {
		step, width := 1+r.IntN(20), 8+r.IntN(60)
		return func(x, y, n int) int {
			if (x+step*n)/width%2 == 0 || y < 10 {
				return 255
			}
			return 40
		}
	},
	"dots": func(r *rand.Rand) func(x, y, n int) int {
		size := 8 + r.IntN(30)
		return func(x, y, n int) int {
			angle := float64(n) / 3
			if math.Hypot(float64(x)-100-60*math.Sin(angle), float64(y)-70-60*math.Cos(angle)) < float64(size) {
				return 250
			}
			return 10
		}
	},
	"dithered": func(r *rand.Rand) func(x, y, n int) int {
		moves, levels := r.IntN(4), 1+r.IntN(6)
		order := [4][4]int{{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}}
		return func(x, y, n int) int {
			v := 128 + 100*math.Sin(float64(x+moves*n)/40)*math.Cos(float64(y)/30)
			return (int(v)*levels + order[y%4][x%4]*16) / 256 * 255 / levels
		}
	},
	"text that scrolls": func(r *rand.Rand) func(x, y, n int) int {
		size, speed := 1+r.IntN(3), r.IntN(5)
		return func(x, y, n int) int {
			dot := uint32(x/size*7919+(y+speed*n)/size*104729) * 2654435761
			return 255 * int(dot>>31&(dot>>30)&(dot>>29))
		}
	},
	"dots, then noise": func(r *rand.Rand) func(x, y, n int) int {
		return func(x, y, n int) int {
			if n < 4 {
				return 255 * (x / 16 % 2)
			}
			return r.IntN(256)
		}
	},
	"ring on nothing": func(r *rand.Rand) func(x, y, n int) int {
		dots := 8 + r.IntN(8)
		return func(x, y, n int) int {
			for k := range dots {
				angle := float64(k) / float64(dots) * 2 * math.Pi
				away := math.Hypot(float64(x)-210-120*math.Sin(angle), float64(y)-160-120*math.Cos(angle))
				if away < 22 {
					return 1 + (250*((k+n)%dots)/dots+r.IntN(3))%255
				}
			}
			return 0
		}
	},
	"photograph": func(r *rand.Rand) func(x, y, n int) int {
		scene, moves := pictest.Scene(260, 180), r.IntN(4)
		return func(x, y, n int) int { return int(scene.NRGBAAt(x+moves*n, y).G) }
	},
}

// TestAnimationsNeverLonger: a viewer who takes WebP gets no more bytes than one who
// does not, whatever the original's size and content.
func TestAnimationsNeverLonger(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const frames = 8
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		w, h, clear, kind := 200, 140, -1, kinds[name]
		if name == "ring on nothing" {
			w, h, clear = 420, 320, 0
		}
		g := pictest.GIF{Width: w, Height: h, Global: pictest.Greys(256)}
		pixel := kind(r)
		for n := range frames {
			g.Frames = append(g.Frames, pictest.GIFFrame{Rect: image.Rect(0, 0, w, h), Clear: clear, Disposal: gif.DisposalBackground, Delay: 7, Colour: func(x, y int) int { return pixel(x, y, n) }})
		}
		data := g.Bytes(t)
		req := request(w/3+r.IntN(w/3), h/3+r.IntN(h/3))
		plain, err := Resize(t.Context(), Bytes(data), req)
		if err != nil {
			t.Fatal(err)
		}
		req.Formats = []Format{WebP}
		v, err := Resize(t.Context(), Bytes(data), req)
		if err != nil || len(v.Data) > len(plain.Data) {
			t.Errorf("%s: %s of %d bytes, %v, beside %d", name, v.Format, len(v.Data), err, len(plain.Data))
			continue
		}
		t.Logf("%s: %s, %.2f of the GIF's %d bytes", name, v.Format, float64(len(v.Data))/float64(len(plain.Data)), len(plain.Data))
	}
}

// TestHeavyFirstFrame: a GIF of a dithered ramp that moves a little has a longer first
// frame than the WebP. It may be shorter in the end, and is sent then.
func TestHeavyFirstFrame(t *testing.T) {
	pixel := kinds["dithered"](rand.New(rand.NewPCG(6, 9)))
	g := pictest.GIF{Width: 90, Height: 68, Global: pictest.Greys(256)}
	for n := range 10 {
		g.Frames = append(g.Frames, pictest.GIFFrame{Rect: image.Rect(0, 0, 90, 68), Clear: -1, Delay: 7, Colour: func(x, y int) int { return pixel(x, y, n) }})
	}
	data := g.Bytes(t)
	req := request(60, 54)
	req.Quality = 95
	plain, err := Resize(t.Context(), Bytes(data), req)
	if err != nil {
		t.Fatal(err)
	}
	req.Formats = []Format{WebP}
	v, err := Resize(t.Context(), Bytes(data), req)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Data) > len(plain.Data) {
		t.Errorf("%s of %d bytes, beside %d", v.Format, len(v.Data), len(plain.Data))
	}
}

// TestSlowAnimation: a slow encoder gets nearly all of the time for an animation.
func TestSlowAnimation(t *testing.T) {
	animation := pictest.Fixture(t, "originals/gif-animated-once.gif")
	for took, want := range map[time.Duration]Format{8500 * time.Millisecond: toy, 9500 * time.Millisecond: GIF} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			row := toyRow
			row.encoder, row.slow, row.animates = sleeper{Duration: took}, true, true
			req := request(6, 4)
			req.Formats = []Format{toy}
			v, err := new(Resizer).Resize(ctx, opened(t, append(slices.Clone(formats), row), animation), req)
			if err != nil || v.Format != want {
				t.Errorf("%v: %+v, %v, want %s", took, v, err, want)
			}
		})
	}
}

// asked is an encoder that records Last of each try's budget.
type asked struct {
	toyEncoder
	last *[]bool
}

func (e asked) Encode(_ context.Context, _ *pic.Buffers, _ pic.Sequence, b pic.Budget) (pic.Encoded, error) {
	*e.last = append(*e.last, b.Last)
	return pic.Encoded{}, pic.ErrNoFit
}

// TestLast: only the last encoder that is tried has Last set in its budget.
func TestLast(t *testing.T) {
	var last []bool
	one, other := toyRow, toyRow
	one.encoder, one.slow = asked{last: &last}, true
	other.format, other.encoder = "toy2", asked{last: &last}
	req := request(6, 4)
	req.Formats = []Format{toy, "toy2"}
	p := opened(t, table{one, other}, []byte("toy 2 1\n\x40\x40"))
	req.Width, req.Height = 1, 1
	if _, err := new(Resizer).Resize(t.Context(), p, req); err != ErrNoFit || !slices.Equal(last, []bool{false, true}) {
		t.Errorf("%v, %v", last, err)
	}
}
