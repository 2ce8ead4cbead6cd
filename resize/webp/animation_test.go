package webp

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// shown is what a viewer sees for a time.
type shown struct {
	pixels *image.NRGBA
	delay  int // milliseconds
}

// play opens an animation and returns what a viewer sees, and the error that
// ended it.
func play(ctx context.Context, data []byte) (pic.Header, []shown, error) {
	p, err := Open(ctx, pic.Bytes(data))
	if err != nil {
		return pic.Header{}, nil, err
	}
	h := p.Header()
	d, err := p.Plan(pictest.Whole(h))
	if err != nil {
		return h, nil, err
	}
	var seen []shown
	for f, err := range d.Frames(ctx, new(pic.Buffers)) {
		if err != nil {
			return h, seen, err
		}
		img, err := pictest.Pixels(f.Rows)
		if err != nil {
			return h, seen, err
		}
		seen = append(seen, shown{img, f.Delay})
	}
	return h, seen, nil
}

// bare returns img with the invisible colours cleared.
func bare(img *image.NRGBA) *image.NRGBA {
	img = pictest.Copy(img)
	for i := 0; i < len(img.Pix); i += 4 {
		if img.Pix[i+3] == 0 {
			clear(img.Pix[i : i+4])
		}
	}
	return img
}

// joined merges consecutive frames that look the same.
func joined(frames []shown) []shown {
	var all []shown
	for _, f := range frames {
		f.pixels = bare(f.pixels)
		if n := len(all); n > 0 && bytes.Equal(all[n-1].pixels.Pix, f.pixels.Pix) {
			all[n-1].delay += f.delay
			continue
		}
		all = append(all, f)
	}
	return all
}

// compareShown checks that the same is seen at the same time.
func compareShown(t *testing.T, got, want []shown) {
	t.Helper()
	got, want = joined(got), joined(want)
	if len(got) != len(want) {
		t.Fatalf("%d different frames, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i].delay != want[i].delay || !bytes.Equal(got[i].pixels.Pix, want[i].pixels.Pix) {
			t.Errorf("frame %d, shown for %d ms, want %d ms: as is wanted: %v", i, got[i].delay, want[i].delay, bytes.Equal(got[i].pixels.Pix, want[i].pixels.Pix))
		}
	}
}

// TestSeen compares animations that gif2webp makes of GIFs, with various options,
// with the GIFs.
func TestSeen(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	gifs := pictest.GIFs()
	for _, name := range slices.Sorted(maps.Keys(gifs)) {
		g := gifs[name]
		t.Run(name, func(t *testing.T) {
			g.Loops = r.IntN(4) - 1
			data := g.Bytes(t)
			var want []shown
			frames, from := pictest.SeenFrames(t, data)
			for i, f := range frames {
				want = append(want, shown{f, 10 * from.Delay[i]})
			}
			if len(joined(want)) == 1 || name == "clear beyond palette" {
				t.Skip("no animation, or none that gif2webp takes")
			}
			options := []string{"-m", fmt.Sprint(r.IntN(7)), "-kmin", fmt.Sprint(r.IntN(3)), "-kmax", fmt.Sprint(r.IntN(4)), "-metadata", "none"}
			if r.IntN(2) == 0 {
				options = append(options, "-min_size")
			}
			made := tool(t, data, "gif2webp", append(options, "IN", "-o", "OUT")...)
			h, got, err := play(t.Context(), made)
			if err != nil {
				t.Fatal(err)
			}
			if h.Format != pic.WebP || h.Width != 24 || h.Height != 16 || h.Loops != g.Loops || h.Frames != len(got) {
				t.Errorf("%q: %+v of %d frames, loops %d wanted", options, h, len(got), g.Loops)
			}
			compareShown(t, got, want)
		})
	}
}

// anmf returns the body of a frame.
func anmf(at image.Point, w, h, delay int, flags byte, chunks ...string) string {
	var b builder
	b.uint24(at.X/2, at.Y/2, w-1, h-1, delay)
	b.out = append(b.out, flags)
	return string(append(b.out, pictest.WebP(chunks...)[12:]...))
}

// anim returns the body of an ANIM chunk.
func anim(plays uint16) string {
	return string(binary.LittleEndian.AppendUint16([]byte{1, 2, 3, 4}, plays))
}

// extended returns the body of a VP8X chunk.
func extended(flags byte, w, h int) string {
	b := builder{[]byte{flags, 0, 0, 0}}
	b.uint24(w-1, h-1)
	return string(b.out)
}

// losslessOf returns the body of a VP8L chunk with one colour.
func losslessOf(w, h int, c color.NRGBA) string {
	b := bitString{}
	b.put(0x2f, 8)
	b.put(w-1, 14)
	b.put(h-1, 14)
	b.put(1, 1)
	b.put(0, 3+1+1+1) // version; no transform, no cache, no meta codes
	for _, v := range []uint8{c.G, c.R, c.B, c.A} {
		b.put(1|0<<1|1<<2, 3) // simple, of one symbol of 8 bits
		b.put(int(v), 8)
	}
	b.put(1, 4) // distance: simple, of one symbol of 1 bit
	return string(b.out)
}

// bitString is a string of bits that is written from the lowest bit on.
type bitString struct {
	out []byte
	n   int
}

// put appends the lowest n bits of v.
func (b *bitString) put(v, n int) {
	for ; n > 0; v, n = v>>1, n-1 {
		if b.n%8 == 0 {
			b.out = append(b.out, 0)
		}
		b.out[b.n/8] |= byte(v&1) << (b.n % 8)
		b.n++
	}
}

// TestFrames checks frames that blend or not, and stay or not.
func TestFrames(t *testing.T) {
	red, green, haze := color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 255, 0, 255}, color.NRGBA{0, 0, 255, 51}
	data := pictest.WebP("VP8X", extended(flagAnimated|flagICC, 6, 2), "ICCP", string(pictest.Profile(icc.RGB, 9)), "ANIM", anim(3), "ANIM", anim(1),
		"VP8L", losslessOf(2, 2, red), // in no frame
		"ANMF", anmf(image.Pt(0, 0), 2, 2, 40, 0, "VP8L", losslessOf(2, 2, red)),
		"ANMF", anmf(image.Pt(2, 0), 2, 2, 7, flagCleared, "odd ", "?", "VP8L", losslessOf(2, 2, green), "VP8L", losslessOf(2, 2, red)),
		"junk", "junk",
		"ANMF", anmf(image.Pt(0, 0), 4, 2, 0, 0, "VP8L", losslessOf(4, 2, haze)),
		"ANMF", anmf(image.Pt(0, 0), 4, 1, 1<<24-1, flagAlone, "VP8L", losslessOf(4, 1, haze)))
	h, seen, err := play(t.Context(), append(data, "trailing garbage"...))
	if err != nil {
		t.Fatal(err)
	}
	if h != (pic.Header{Format: pic.WebP, Width: 6, Height: 2, Orientation: 1, Frames: 4, Loops: 2, Lossless: true}) {
		t.Errorf("%+v", h)
	}
	none, over := color.NRGBA{}, color.NRGBA{204, 0, 51, 255}
	want := [][2][6]color.NRGBA{
		{{red, red}, {red, red}},
		{{red, red, green, green}, {red, red, green, green}},
		{{over, over, haze, haze}, {over, over, haze, haze}},
		{{haze, haze, haze, haze}, {over, over, haze, haze}},
	}
	for i, delay := range []int{40, 7, 0, 1<<24 - 1} {
		if seen[i].delay != delay {
			t.Errorf("frame %d: delay %d, want %d", i, seen[i].delay, delay)
		}
		for y, row := range want[i] {
			for x, c := range row {
				if got := seen[i].pixels.NRGBAAt(x, y); got != c && (c != none || got.A != 0) {
					t.Errorf("frame %d: %v at %d, %d, want %v", i, got, x, y, c)
				}
			}
		}
	}
}

func TestLoops(t *testing.T) {
	for plays, loops := range map[int]int{0: 0, 1: -1, 2: 1, 65535: 65534} {
		if got := loopsOf(plays); got != loops || playsOf(loops) != plays {
			t.Errorf("%d plays: loops %d, plays %d; want %d", plays, got, playsOf(got), loops)
		}
	}
	if got := playsOf(65535); got != 65535 {
		t.Errorf("%d", got)
	}
}

func TestAnimationRefused(t *testing.T) {
	red := losslessOf(2, 2, color.NRGBA{255, 0, 0, 255})
	good := anmf(image.Pt(0, 0), 2, 2, 40, 0, "VP8L", red)
	file := func(chunks ...string) []byte {
		return pictest.WebP(append([]string{"VP8X", extended(flagAnimated, 4, 4)}, chunks...)...)
	}
	many := slices.Repeat([]string{"ANMF", good}, maxFrames)
	if h, _, err := play(t.Context(), file(append([]string{"ANIM", anim(1)}, many[:4]...)...)); err != nil || h.Frames != 2 {
		t.Fatal(h, err)
	}
	tests := map[string][]byte{
		"no frame":                      file("ANIM", anim(1)),
		"a picture in no frame":         file("ANIM", anim(1), "VP8L", red),
		"no ANIM":                       file("ANMF", good),
		"short ANIM":                    file("ANIM", "12345", "ANMF", good),
		"frame before ANIM":             file("ANMF", good, "ANIM", anim(1)),
		"short frame":                   file("ANIM", anim(1), "ANMF", good[:15]),
		"frame without a picture":       file("ANIM", anim(1), "ANMF", good[:16]),
		"chunk beyond the frame":        file("ANIM", anim(1), "ANMF", good[:len(good)-2]),
		"beyond the right":              file("ANIM", anim(1), "ANMF", anmf(image.Pt(4, 0), 2, 2, 40, 0, "VP8L", red)),
		"beyond the bottom":             file("ANIM", anim(1), "ANMF", anmf(image.Pt(0, 1<<24), 2, 2, 40, 0, "VP8L", red)),
		"frame of another size":         file("ANIM", anim(1), "ANMF", anmf(image.Pt(0, 0), 2, 1, 40, 0, "VP8L", red)),
		"frames that are not announced": pictest.WebP("VP8X", extended(0, 4, 4), "ANIM", anim(1), "ANMF", good),
		"two canvases":                  file("VP8X", extended(flagAnimated, 4, 4), "ANIM", anim(1), "ANMF", good),
		"corrupt frame":                 file("ANIM", anim(1), "ANMF", good, "ANMF", anmf(image.Pt(0, 0), 2, 2, 40, 0, "VP8L", red[:6])),
	}
	for name, data := range tests {
		_, seen, err := play(t.Context(), data)
		var format *pic.FormatError
		if !errors.As(err, &format) || (len(seen) > 0) != (name == "corrupt frame") {
			t.Errorf("%s: %d frames, error %v", name, len(seen), err)
		}
	}
	var unsupported pic.UnsupportedError
	if _, err := Open(t.Context(), pic.Bytes(file(append([]string{"ANIM", anim(1), "ANMF", good}, many...)...))); !errors.As(err, &unsupported) || unsupported.Format != pic.WebP {
		t.Errorf("too many frames: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := play(cancelled, file("ANIM", anim(1), "ANMF", good)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestAnimationTruncated checks that an animation is decoded whole or refused.
func TestAnimationTruncated(t *testing.T) {
	red := color.NRGBA{255, 0, 0, 255}
	good := pictest.WebP("VP8X", extended(flagAnimated, 4, 4), "ANIM", anim(1),
		"ANMF", anmf(image.Pt(0, 0), 2, 2, 40, 0, "VP8L", losslessOf(2, 2, red)),
		"ANMF", anmf(image.Pt(2, 2), 2, 2, 40, 0, "VP8L", losslessOf(2, 2, red)))
	second := bytes.LastIndex(good, []byte("ANMF"))
	for n := 12; n < len(good); n++ {
		_, _, err := play(t.Context(), good[:n])
		var format *pic.FormatError
		if !errors.As(err, &format) {
			t.Fatalf("cut off at %d of %d: %v", n, len(good), err)
		}
		owned := bytes.Clone(good[:n])
		binary.LittleEndian.PutUint32(owned[4:], uint32(n-8))
		h, _, err := play(t.Context(), owned)
		if whole := n >= second && n < second+8; whole != (err == nil && h.Frames == 1) || !whole && !errors.As(err, &format) {
			t.Fatalf("cut off at %d of %d with a header that owns up to it: %d frames, %v", n, len(good), h.Frames, err)
		}
	}
}
