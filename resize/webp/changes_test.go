package webp

import (
	"image"
	"image/color"
	"testing"
)

// filled returns a picture of one colour.
func filled(w, h int, c color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		img.SetNRGBA(i%w, i/w, c)
	}
	return img
}

// over returns an animator that has drawn a picture.
func over(drawn *image.NRGBA) *animator {
	return &animator{drawn: drawn, changed: make([]bool, len(drawn.Pix)/4)}
}

// TestChanges checks that small differences of a block, and of each of its
// pixels, are no changes.
func TestChanges(t *testing.T) {
	gray := func(v, alpha uint8) color.NRGBA { return color.NRGBA{v, 100, 100, alpha} }
	for _, tt := range []struct {
		name string
		with map[image.Point]color.NRGBA
		want image.Rectangle
	}{
		{"nothing", nil, image.Rectangle{}},
		{"little", map[image.Point]color.NRGBA{{5, 3}: gray(103, 255)}, image.Rectangle{}},
		{"the most", map[image.Point]color.NRGBA{{5, 3}: gray(107, 255)}, image.Rectangle{}},
		{"more", map[image.Point]color.NRGBA{{5, 3}: gray(108, 255)}, image.Rect(4, 2, 6, 4)},
		{"alpha", map[image.Point]color.NRGBA{{5, 3}: gray(100, 247)}, image.Rect(4, 2, 6, 4)},
		{"the mean", map[image.Point]color.NRGBA{{5, 3}: gray(107, 255), {6, 3}: gray(107, 255), {6, 4}: gray(105, 255)}, image.Rectangle{}},
		{"above the mean", map[image.Point]color.NRGBA{{5, 3}: gray(107, 255), {6, 3}: gray(107, 255), {6, 4}: gray(106, 255)}, image.Rect(4, 2, 7, 5)},
		{"above the mean, beside little", map[image.Point]color.NRGBA{{2, 5}: gray(100, 95), {6, 1}: gray(103, 255)}, image.Rect(2, 4, 3, 6)},
		{"little of another block", map[image.Point]color.NRGBA{{2, 5}: gray(200, 255), {8, 1}: gray(107, 255)}, image.Rect(2, 4, 3, 6)},
		{"a smaller block", map[image.Point]color.NRGBA{{19, 9}: gray(105, 255), {18, 9}: gray(100, 251)}, image.Rect(18, 8, 20, 10)},
		{"corners", map[image.Point]color.NRGBA{{19, 0}: gray(0, 255), {0, 9}: gray(0, 255)}, image.Rect(0, 0, 20, 10)},
	} {
		seen := filled(20, 10, gray(100, 255))
		a := over(filled(20, 10, gray(100, 255)))
		a.tolerance = tolerance{mean: 2, most: 50, each: 10}
		for at, c := range tt.with {
			seen.SetNRGBA(at.X, at.Y, c)
		}
		a.findChanges(seen)
		if got := a.changes(); got != tt.want && !(got.Empty() && tt.want.Empty()) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	a := over(filled(20, 10, color.NRGBA{}))
	if a.findChanges(filled(20, 10, gray(100, 0))); !a.changes().Empty() {
		t.Error("colours that nobody sees")
	}
}

// TestCover checks that a part can be drawn over what is there if it is opaque,
// or has nothing below it.
func TestCover(t *testing.T) {
	opaque, half := color.NRGBA{9, 9, 9, 255}, color.NRGBA{9, 9, 9, 128}
	for _, tt := range []struct {
		name                  string
		drawn, changes, stays color.NRGBA
		want                  cover
	}{
		{"opaque", opaque, opaque, opaque, cover{0.25, true, true}},
		{"half of what changes", opaque, half, opaque, cover{0.25, false, false}},
		{"half of what stays", half, opaque, half, cover{0.25, true, false}},
		{"over nothing", color.NRGBA{}, half, half, cover{0.25, true, true}},
		{"nothing over nothing", color.NRGBA{}, color.NRGBA{}, color.NRGBA{}, cover{0.25, true, true}},
	} {
		a := over(filled(6, 4, tt.drawn))
		seen := filled(6, 4, tt.stays)
		for _, at := range []image.Point{{2, 1}, {3, 2}} {
			seen.SetNRGBA(at.X, at.Y, tt.changes)
			a.changed[6*at.Y+at.X] = true
		}
		if got := a.coverOf(seen, image.Rect(1, 1, 5, 3)); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
