package gif

import (
	"cmp"
	"image"
	"image/gif"
)

// output turns the frames of a variant, as they are seen, into frames that are
// written. Each is the smallest rectangle that changes, and transparent where
// nothing changes within it.
type output struct {
	writer    *writer
	size      image.Point
	colours   int // at most, of a palette
	histogram histogram
	// first and last are the palettes of the first frame, which is the file's
	// global one, and of the frame before.
	first, last *palette
	// source is the frame before as it came, shown what a viewer sees of it.
	source, shown *image.NRGBA
	changed       []bool  // what must be drawn
	indices       []uint8 // the colour of what must be drawn
	// pending is the frame before, which is written once the next one has said
	// how it must be disposed of, and spare the one before that.
	pending, spare *frame
}

// frame is a frame of the whole variant's size, of which rect is written.
type frame struct {
	pixels   []uint8
	palette  *palette
	rect     image.Rectangle
	delay    int // hundredths of a second
	disposal byte
}

// newOutput returns an output of frames of size, which begin makes ready.
func newOutput(size image.Point) *output {
	n := size.X * size.Y
	return &output{
		size:    size,
		shown:   image.NewNRGBA(image.Rectangle{Max: size}),
		changed: make([]bool, n),
		indices: make([]uint8, n),
		spare:   &frame{pixels: make([]uint8, n)},
	}
}

// begin has the frames that follow written to w in at most colours each, as if
// there had been none before.
func (o *output) begin(w *writer, colours int) {
	o.writer, o.colours = w, colours
	o.first, o.last, o.source = nil, nil, nil
	clear(o.shown.Pix)
	o.spare, o.pending = cmp.Or(o.spare, o.pending), nil
}

// add appends a frame as it is to be seen, which it keeps and changes. delay is in
// hundredths of a second.
func (o *output) add(seen *image.NRGBA, delay int) error {
	hardenAlpha(seen)
	o.uncover(seen)
	o.findChanges(seen)
	next := o.spare
	if next == nil {
		next = &frame{pixels: make([]uint8, len(o.indices))}
	}
	next.palette = o.choosePalette(seen)
	next.delay, next.disposal = delay, gif.DisposalNone
	next.rect = o.draw(next)
	if o.pending == nil {
		next.rect = image.Rectangle{Max: o.size}
	} else if next.rect.Empty() {
		next.rect = image.Rect(0, 0, 1, 1)
	}
	if err := o.flush(); err != nil {
		return err
	}
	o.spare, o.pending, o.source = o.pending, next, seen
	return nil
}

// uncover has the frame before cleared away where seen is transparent and the
// frame before was not: drawing over it cannot do that.
func (o *output) uncover(seen *image.NRGBA) {
	hole := findRect(o.size, func(i int) bool { return seen.Pix[4*i+3] == 0 && o.shown.Pix[4*i+3] != 0 })
	if hole.Empty() {
		return
	}
	o.pending.disposal = gif.DisposalBackground
	o.pending.rect = o.pending.rect.Union(hole)
	clearRect(o.shown, o.pending.rect)
}

// findChanges finds the pixels that must be drawn.
func (o *output) findChanges(seen *image.NRGBA) {
	for i := range o.changed {
		p, s := seen.Pix[4*i:4*i+4], o.shown.Pix[4*i:4*i+4]
		same := o.source != nil && s[3] == 255 && string(p) == string(o.source.Pix[4*i:4*i+4])
		o.changed[i] = p[3] == 255 && !same
	}
}

// choosePalette returns the palette for what changed, and finds the indices: a
// palette that is there already, if it suits.
func (o *output) choosePalette(seen *image.NRGBA) *palette {
	known := []*palette{o.first}
	if o.last != o.first {
		known = append(known, o.last)
	}
	for _, p := range known {
		if p != nil && len(p.colours) > 0 && p.suits(p.apply(o.indices, seen, o.changed)) {
			o.last = p
			return p
		}
	}
	p := newPalette(o.histogram.count(seen, o.changed), o.colours)
	p.errors = p.apply(o.indices, seen, o.changed)
	if o.first == nil {
		o.first = p
	}
	o.last = p
	return p
}

// draw fills f with what changes to the eye, and returns where that is.
func (o *output) draw(f *frame) image.Rectangle {
	for i, change := range o.changed {
		f.pixels[i] = f.palette.transparent
		if !change {
			continue
		}
		c := f.palette.colours[o.indices[i]]
		s := o.shown.Pix[4*i : 4*i+4 : 4*i+4]
		if s[0] == c[0] && s[1] == c[1] && s[2] == c[2] && s[3] == 255 {
			continue
		}
		s[0], s[1], s[2], s[3] = c[0], c[1], c[2], 255
		f.pixels[i] = o.indices[i]
	}
	return findRect(o.size, func(i int) bool { return f.pixels[i] != f.palette.transparent })
}

// flush writes the pending frame.
func (o *output) flush() error {
	if o.pending == nil {
		return nil
	}
	return o.writer.frame(o.pending, o.size, o.first)
}

// finish writes what is left and returns the file. Viewers begin each loop on an
// empty canvas, so it does not matter what the last frame leaves.
func (o *output) finish() ([]byte, error) {
	if err := o.flush(); err != nil {
		return nil, err
	}
	return o.writer.finish()
}

// findRect returns the smallest rectangle around the pixels that is reports true
// for, which are counted row by row.
func findRect(size image.Point, is func(i int) bool) image.Rectangle {
	found := image.Rectangle{Min: size}
	for y := range size.Y {
		row := y * size.X
		left := 0
		for left < size.X && !is(row+left) {
			left++
		}
		if left == size.X {
			continue
		}
		right := size.X
		for right > found.Max.X && !is(row+right-1) {
			right--
		}
		found.Min = image.Pt(min(found.Min.X, left), min(found.Min.Y, y))
		found.Max = image.Pt(max(found.Max.X, right), y+1)
	}
	return found
}

// hardenAlpha makes every pixel opaque or, where more than half of it is
// transparent, fully transparent: a GIF knows nothing between.
func hardenAlpha(img *image.NRGBA) {
	for i := 0; i < len(img.Pix); i += 4 {
		if img.Pix[i+3] >= 128 {
			img.Pix[i+3] = 255
		} else {
			clear(img.Pix[i : i+4])
		}
	}
}
