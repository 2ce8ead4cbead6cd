package jpeg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// whole is a source whose bytes are all there.
type whole []byte

func (w whole) Len() int { return len(w) }

func (w whole) First(context.Context, int) ([]byte, error) { return w, nil }

func (w whole) Expect(int) {}

// readHeader reads a JPEG up to its first scan.
func readHeader(ctx context.Context, source pic.Source) (header, error) {
	in := input{ctx: ctx, source: source}
	h, _, err := in.readHeader()
	return h, err
}

// Decode opens a JPEG and decodes it.
func (d *decoder) Decode(ctx context.Context, source pic.Source, o options) (*decodedPart, error) {
	in := &input{ctx: ctx, source: source}
	h, _, err := in.readHeader()
	if err != nil {
		return nil, err
	}
	return d.decode(in, &h, o)
}

// nextSegment returns the first segment of data at or after pos.
func nextSegment(data []byte, pos int) (segment, error) {
	in := input{source: whole(data), data: data}
	return in.nextSegment(pos)
}

// nextMarker returns the first marker of data at or after pos.
func nextMarker(data []byte, pos int) (marker byte, at int, err error) {
	in := input{source: whole(data), data: data}
	return in.nextMarker(pos)
}

// allPass is the gain of a resampler that lets everything through.
var allPass = gain{1, 1}

// pieceSizes returns ways to cut a picture into pieces.
func pieceSizes() map[string]func() int {
	r := random(11)
	return map[string]func() int{
		"1": pictest.Always(1), "1000": pictest.Always(1000), "random": func() int { return 1 + r.intn(1<<r.intn(14)) },
	}
}

// arrivingPictures returns the pictures of other tests, and some that are larger
// than the window.
func arrivingPictures(t *testing.T) map[string][]byte {
	all := smallPictures()
	for _, progressive := range []bool{false, true} {
		p := picture{width: 200, height: 160, components: sampling444, adobe: -1, quality: 100, progressive: progressive, restart: 111}
		all[fmt.Sprintf("large, progressive %v", progressive)] = p.encode(testSampler)
	}
	files, err := filepath.Glob("../../testdata/originals/*.jpg")
	if err != nil || len(files) == 0 {
		t.Fatal("no originals", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) < 100<<10 {
			all[filepath.Base(file)] = data
		}
	}
	return all
}

var arrivingOptions = append([]options{
	{Luma: quarter, Chroma: quarter, LumaGain: allPass, ChromaGain: gain{0.3, 0.3}},
	{Luma: half, Chroma: quarter, LumaGain: allPass, ChromaGain: allPass},
	{Luma: eighth, Chroma: eighth, LumaGain: allPass, ChromaGain: allPass},
}, testScales...)

// TestArrival checks that the way the bytes arrive changes neither the picture
// nor the error.
func TestArrival(t *testing.T) {
	var d decoder
	for name, data := range arrivingPictures(t) {
		for how, size := range pieceSizes() {
			for _, o := range arrivingOptions {
				var want [][]uint8
				m, wantErr := d.Decode(t.Context(), whole(data), o)
				if wantErr == nil {
					want = clonePlanes(m)
				}
				m, err := d.Decode(t.Context(), &pictest.Pieces{Data: data, Size: size}, o)
				if err != wantErr {
					t.Fatalf("%s, %+v, in pieces of %s: error %v, want %v", name, o, how, err, wantErr)
				}
				if err == nil && !slices.EqualFunc(want, clonePlanes(m), slices.Equal) {
					t.Fatalf("%s, %+v, in pieces of %s: another picture", name, o, how)
				}
			}
		}
	}
}

// TestArrivalEnds lets the arrival fail after each number of bytes: if one more
// was needed, its error must be returned.
func TestArrivalEnds(t *testing.T) {
	broken := errors.New("connection reset")
	isBroken := func(err error) bool { return err == broken }
	options := []options{{}, {Luma: eighth, Chroma: eighth}, {Luma: half, Chroma: quarter, LumaGain: allPass, ChromaGain: allPass}}
	var d decoder
	for name, data := range smallPictures() {
		for i, o := range options {
			all := &pictest.Pieces{Data: data, Size: pictest.Always(1)}
			m, err := d.Decode(t.Context(), all, o)
			if err != nil {
				t.Fatal(err)
			}
			want := clonePlanes(m)
			for end := i; end < len(data); end += len(options) {
				m, err := d.Decode(t.Context(), &pictest.Pieces{Data: data, Size: pictest.Always(1), End: end, Err: broken}, o)
				checkEnd(t, fmt.Sprintf("%s, %+v, fails after %d bytes", name, o, end), want, m, err, end >= all.Asked, isBroken)
			}
		}
		for _, end := range []int{0, 1, 2, 100} {
			if _, err := readHeader(t.Context(), &pictest.Pieces{Data: data, Size: pictest.Always(1), End: end, Err: broken}); err != broken {
				t.Errorf("readHeader: %v", err)
			}
		}
	}
}

// TestArrivalNeeded checks that the bytes asked for end with the marker behind
// the last scan that the scale needs.
func TestArrivalNeeded(t *testing.T) {
	gray := picture{components: samplingGray, progressive: true, scans: []scanSpec{
		{[]int{0}, 0, 0, 0, 1}, {[]int{0}, 3, 63, 0, 1}, {[]int{0}, 0, 0, 1, 0}, {[]int{0}, 1, 2, 0, 0}, {[]int{0}, 3, 63, 1, 0},
	}}
	// DC; the lowest coefficients of each component; the others and the next bit,
	// of each component; the last bit of DC, and of each component.
	color := picture{components: sampling420, progressive: true}
	quality := func(p picture, quality int) picture { p.quality = quality; return p }
	baseline := picture{components: sampling420}
	separate := picture{components: sampling420, scans: separate(3)}
	for _, test := range []struct {
		name  string
		p     picture
		o     options
		scans int // how many are needed, from the first on
	}{
		{"baseline", baseline, options{}, 1},
		{"baseline", baseline, options{Luma: eighth, Chroma: eighth}, 1},
		{"separate", separate, options{Luma: eighth, Chroma: eighth}, 3},
		{"gray", gray, options{}, 5},
		{"gray", gray, options{Luma: quarter}, 5},
		{"gray", gray, options{Luma: quarter, LumaGain: allPass}, 4},
		{"gray", gray, options{LumaGain: allPass}, 5},
		{"gray", gray, options{Luma: eighth}, 3},
		{"gray", gray, options{Luma: eighth, LumaGain: allPass}, 1},
		{"gray of quality 60", quality(gray, 60), options{Luma: eighth, LumaGain: allPass}, 3},
		{"color", color, options{}, 14},
		{"color", color, options{Luma: quarter, Chroma: quarter}, 14},
		{"color", color, options{Luma: quarter, Chroma: eighth}, 12},
		{"color", color, options{LumaGain: allPass, ChromaGain: allPass}, 14},
		{"color", color, options{Luma: quarter, Chroma: quarter, LumaGain: allPass, ChromaGain: allPass}, 10},
		{"color", color, options{Luma: quarter, Chroma: quarter, LumaGain: allPass, ChromaGain: gain{0.3, 0.3}}, 4},
		{"color", color, options{Luma: quarter, Chroma: quarter, LumaGain: allPass}, 14},
		{"color of quality 98", quality(color, 98), options{Luma: quarter, Chroma: quarter, LumaGain: allPass, ChromaGain: allPass}, 4},
		{"color of quality 75", quality(color, 75), options{Luma: quarter, Chroma: eighth, LumaGain: allPass, ChromaGain: allPass}, 6},
		{"color", color, options{Luma: eighth, Chroma: eighth}, 11},
		{"color", color, options{Luma: eighth, Chroma: eighth, LumaGain: allPass, ChromaGain: allPass}, 1},
		{"color of quality 60", quality(color, 60), options{Luma: eighth, Chroma: eighth, LumaGain: allPass, ChromaGain: allPass}, 11},
	} {
		test.p.width, test.p.height, test.p.adobe = 150, 130, -1
		data := test.p.encode(testSampler)
		var d decoder
		source := &pictest.Pieces{Data: data, Size: pictest.Always(1)}
		if _, err := d.Decode(t.Context(), source, test.o); err != nil {
			t.Fatal(err)
		}
		if want := scanEnd(t, data, test.scans) + 2; source.Asked != want {
			t.Errorf("%s, %+v: %d bytes asked for, want %d of %d", test.name, test.o, source.Asked, want, len(data))
		}
	}
}

// scanEnd returns the offset behind the entropy-coded data of the nth scan,
// counted from 1.
func scanEnd(t *testing.T, data []byte, n int) int {
	t.Helper()
	for pos := 2; ; {
		s, err := nextSegment(data, pos)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return s.start
		}
		if s.marker == markerSOS {
			n--
		}
		pos = s.end
	}
}

// TestHeaderNeeded checks that a header is read without waiting for anything
// behind it.
func TestHeaderNeeded(t *testing.T) {
	p := picture{width: 150, height: 130, components: sampling420, adobe: -1, progressive: true}
	data := p.encode(testSampler)
	source := &pictest.Pieces{Data: data, Size: pictest.Always(1)}
	h, err := readHeader(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	sos, err := nextSegment(data, h.SOS)
	if err != nil || source.Asked != sos.end {
		t.Errorf("readHeader: %d bytes asked for, want %d; %v", source.Asked, sos.end, err)
	}
}

// stalled is a source whose context is cancelled while it waits for bytes.
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

func TestArrivalCancelled(t *testing.T) {
	for name, data := range smallPictures() {
		for _, end := range []int{1, 100, len(data) / 2, len(data) - 10} {
			ctx, cancel := context.WithCancel(t.Context())
			source := &stalled{pictest.Pieces{Data: data, Size: pictest.Always(1), End: end}, cancel}
			var d decoder
			if _, err := d.Decode(ctx, source, options{}); err != context.Canceled {
				t.Errorf("%s, stalled after %d bytes: error %v", name, end, err)
			}
		}
	}
}
