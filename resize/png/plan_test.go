package png

import (
	"image"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// read reads all rows and keeps none.
func read(t *testing.T, plan *pic.Decoding) error {
	t.Helper()
	for frame, err := range plan.Frames(t.Context(), &pic.Buffers{}) {
		for err == nil {
			_, err = frame.Rows.Next()
		}
		if err != io.EOF {
			return err
		}
	}
	return nil
}

// TestPlanMemory compares the estimate with what is allocated.
func TestPlanMemory(t *testing.T) {
	pictures := map[string][]byte{
		"flat":              flatPNG(t, 3000, 2000),
		"large, 16 bits":    file{width: 2000, height: 300, depth: 16, colourType: rgba, interlaced: true}.bytes(t),
		"large, palette":    file{width: 3000, height: 300, depth: 2, colourType: palette, plte: make([]byte, 12), trns: []byte{1}, interlaced: true}.bytes(t),
		"large, by rows":    file{width: 60000, height: 5, depth: 16, colourType: rgba}.bytes(t),
		"large, one column": file{width: 1, height: 60000, depth: 8, colourType: rgb, interlaced: true}.bytes(t),
	}
	paths, err := filepath.Glob("../../testdata/originals/png-*.png")
	if err != nil || len(paths) == 0 {
		t.Fatal("no originals", err)
	}
	for _, path := range paths {
		if pictures[path], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	seen := 0
	for name, data := range pictures {
		var memory int64
		got := pictest.Allocated(func() {
			p, openErr := Open(t.Context(), pic.Bytes(data))
			if err = openErr; err != nil {
				return
			}
			plan, planErr := p.Plan(pic.View{})
			if err = planErr; err != nil {
				return
			}
			memory = plan.Memory
			err = read(t, plan)
		})
		if err != nil {
			continue
		}
		seen++
		if got > memory+memory/3 { // a third for what growing buffers leave behind
			t.Errorf("%s: %d bytes allocated, %d planned", name, got, memory)
		}
		const unknown = 1 << 20 // for an ICC profile that might be packed well
		if memory > 2*got+unknown {
			t.Errorf("%s: %d bytes planned, %d allocated", name, memory, got)
		}
	}
	if seen < 25 {
		t.Errorf("%d pictures", seen)
	}
}

// TestPlanAllocates: nothing that grows with the size is allocated before rows are
// read, and the estimate for a huge size is right.
func TestPlanAllocates(t *testing.T) {
	large := resized(file{width: 5, height: 5, depth: 16, colourType: rgba}.bytes(t), maxSide, maxSide)
	var plan *pic.Decoding
	got := pictest.Allocated(func() {
		p, err := Open(t.Context(), pic.Bytes(large))
		if err != nil {
			t.Fatal(err)
		}
		if plan, err = p.Plan(pic.View{}); err != nil {
			t.Fatal(err)
		}
		for _, err := range plan.Frames(t.Context(), &pic.Buffers{}) {
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	if got > 64<<10 {
		t.Errorf("%d bytes", got)
	}
	if least := int64(maxSide) * 8; plan.Memory < least {
		t.Errorf("%d bytes planned for rows of %d", plan.Memory, least)
	}
	if want := (pic.Shape{Width: maxSide, Height: maxSide, Channels: 4}); plan.Shape != want {
		t.Errorf("%+v, want %+v", plan.Shape, want)
	}
}

// TestEncoderMemory compares the estimate with what is allocated.
func TestEncoderMemory(t *testing.T) {
	for name, img := range map[string]*image.NRGBA{
		"noise": noise(500, 400), "wide noise": noise(5000, 3), "black": image.NewNRGBA(image.Rect(0, 0, 1000, 1000)), "tiny": noise(1, 1),
	} {
		size := img.Rect.Size()
		for _, b := range []pic.Budget{{}, {MaxBytes: 100_000}} {
			got := pictest.Allocated(func() {
				if _, err := encode(t.Context(), &packer{}, img, pic.Colour{}, b); err != nil && err != pic.ErrNoFit {
					t.Error(err)
				}
			})
			if memory := (Encoder{}).Memory(pic.Header{}, size.X, size.Y, b); got > memory+memory/3 {
				t.Errorf("%s, %+v: %d bytes allocated, %d estimated", name, b, got, memory)
			}
		}
	}
}
