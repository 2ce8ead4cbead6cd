package av1

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// dav1d decodes a stream with dav1d and returns its planes, one after the other. It skips
// the test if there is no dav1d, unless DAV1D=required.
func dav1d(t testing.TB, s Stream) []byte {
	t.Helper()
	path := peer.Program(t, "DAV1D", "dav1d", "dav1d")
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.obu"), filepath.Join(dir, "out.yuv")
	temporalDelimiter := []byte{2<<3 | 2, 0}
	if err := os.WriteFile(in, append(temporalDelimiter, s.Data...), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--quiet", "--threads", "1", "--demuxer", "section5", "--muxer", "yuv", "-i", in, "-o", out)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("dav1d: %v: %s", err, said)
	}
	pixels, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return pixels
}

// checkDecoded fails the test unless dav1d decodes s to e's reconstruction. It names the
// first sample that differs and the decisions for its block.
func checkDecoded(t testing.TB, e *Encoder, s Stream) {
	t.Helper()
	got := dav1d(t, s)
	var want []byte
	for _, p := range e.Reconstruction() {
		for y := range p.Height {
			want = append(want, p.Pix[y*p.Stride:][:p.Width]...)
		}
	}
	if !bytes.Equal(got, want) {
		err := firstDifference(e, got)
		if at := new(sampleDifference); errors.As(err, &at) {
			t.Fatalf("%v, in block %+v", err, leafAt(t, e, at))
		}
		t.Fatal(err)
	}
}

// firstDifference returns an error that wraps the first sampleDifference of decoded
// planes. A wrong context shows as garbage from some block on, a wrong prediction as one
// wrong block.
func firstDifference(e *Encoder, got []byte) error {
	for i, p := range e.Reconstruction() {
		if len(got) < p.Width*p.Height {
			return fmt.Errorf("plane %d: %d samples, want %d", i, len(got), p.Width*p.Height)
		}
		for y := 0; y < p.Height; y += 8 {
			for x := 0; x < p.Width; x += 8 {
				if d := blockDiffers(p, got, x, y); d != nil {
					d.plane = i
					return fmt.Errorf("%dx%d at q %d: %w", e.width, e.height, e.quantiser, d)
				}
			}
		}
		got = got[p.Width*p.Height:]
	}
	return errors.New("too many samples")
}

// sampleDifference is a sample that a decoder makes otherwise.
type sampleDifference struct{ plane, x, y, got, want int }

func (d *sampleDifference) Error() string {
	return fmt.Sprintf("plane %d: sample %d,%d is %d, want %d", d.plane, d.x, d.y, d.got, d.want)
}

// blockDiffers returns the first difference of the 8x8 samples of p at x, y from got, or
// nil.
func blockDiffers(p plane.Plane, got []byte, x, y int) *sampleDifference {
	for i := y; i < min(y+8, p.Height); i++ {
		for j := x; j < min(x+8, p.Width); j++ {
			if g, w := got[i*p.Width+j], p.Pix[i*p.Stride+j]; g != w {
				return &sampleDifference{0, j, i, int(g), int(w)}
			}
		}
	}
	return nil
}

// watchBlocks makes e call watch for each block of a superblock that it writes.
func watchBlocks(e *Encoder, watch func(l *leaf, col, row int)) {
	e.onSuperblock = func(sb *superblock) {
		for number, step := 0, 0; number < 64; number += step {
			col, row := sb.col+(number&1|number>>1&2|number>>2&4), sb.row+(number>>1&1|number>>2&2|number>>3&4)
			step = 1
			if col < e.cols && row < e.rows {
				l := &sb.leaves[number]
				step = 1 << (2 * l.size)
				watch(l, col, row)
			}
		}
	}
}

// leafAt encodes the loaded picture again and returns the decisions for the block of d's
// sample. They are those of the first encoding unless they are random.
func leafAt(t testing.TB, e *Encoder, d *sampleDifference) (found leaf) {
	shift := 3
	if d.plane > 0 {
		shift -= e.chromaShift
	}
	watchBlocks(e, func(l *leaf, col, row int) {
		if c, r := d.x>>shift-col, d.y>>shift-row; c >= 0 && r >= 0 && c < 1<<l.size && r < 1<<l.size {
			found = *l
		}
	})
	if _, err := e.Encode(context.Background(), e.params); err != nil {
		t.Error(err)
	}
	return found
}

// picture returns planes of format f with random patterns.
func picture(random *rand.Rand, width, height int, f format) []plane.Plane {
	pattern := func(w, h int) plane.Plane { return pictest.Pattern(random, w, h, random.IntN(pictest.Patterns)) }
	planes := []plane.Plane{pattern(width, height)}
	if f == formatMono {
		return planes
	}
	cw, ch := width, height
	if f == format420 {
		cw, ch = (width+1)/2, (height+1)/2
	}
	return append(planes, pattern(cw, ch), pattern(cw, ch))
}

var testColor = Color{Primaries: 1, Transfer: 13, Matrix: 6}

// encodeChecked encodes planes and checks the stream with dav1d.
func encodeChecked(t testing.TB, e *Encoder, planes []plane.Plane, p Params) Stream {
	t.Helper()
	p.Color = testColor
	if err := e.Load(context.Background(), planes); err != nil {
		t.Fatal(err)
	}
	s, err := e.Encode(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	checkDecoded(t, e, s)
	return s
}

// TestDecoded checks the reconstruction against dav1d's output for pictures of all kinds,
// sizes, quantisers, efforts and formats.
func TestDecoded(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 1))
	var e Encoder
	sizes := [][2]int{{1, 1}, {1, 300}, {300, 1}, {7, 9}, {64, 64}, {65, 65}, {2, 2}, {8, 8}, {129, 63}}
	for i := range 60 {
		width, height := 1+random.IntN(220), 1+random.IntN(220)
		if i < len(sizes) {
			width, height = sizes[i][0], sizes[i][1]
		}
		f := format(random.IntN(3))
		if width == 1 && height == 1 && f == format444 {
			f = format420
		}
		q := 1 + random.IntN(255)
		if i%9 == 0 {
			q = 1 + 254*random.IntN(2)
		}
		encodeChecked(t, &e, picture(random, width, height, f), Params{Quantiser: q, Effort: Effort(random.IntN(3))})
	}
}
