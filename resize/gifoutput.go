package resize

import (
	"image"
	"image/gif"
)

// gifOutput writes the frames of a variant. Each is the smallest rectangle
// that changes, and transparent where nothing changes within it.
type gifOutput struct {
	writer    *gifWriter
	size      image.Point
	colours   int
	histogram gifHistogram
	// first and last are the palettes of the first frame, which is the file's
	// global one, and of the frame before.
	first, last *gifPalette
	// source is the frame before as it came, shown what a viewer sees of it.
	source, shown *image.NRGBA
	changed       []bool  // what must be drawn
	indices       []uint8 // the colour of what must be drawn
	// pending is the frame before, which is written once the next one has said
	// how it must be disposed of, and spare the one before that.
	pending, spare *gifFrame
}

// gifFrame is a frame of the whole variant's size, of which rect is written.
type gifFrame struct {
	pixels   []uint8
	palette  *gifPalette
	rect     image.Rectangle
	delay    int // hundredths of a second
	disposal byte
}

func newGIFOutput(w *gifWriter, b box, colours int) *gifOutput {
	n := b.width * b.height
	return &gifOutput{
		writer:  w,
		size:    image.Pt(b.width, b.height),
		colours: colours,
		shown:   image.NewNRGBA(image.Rect(0, 0, b.width, b.height)),
		changed: make([]bool, n),
		indices: make([]uint8, n),
		spare:   &gifFrame{pixels: make([]uint8, n)},
	}
}

// add appends a frame as it is to be seen. delay is in hundredths of a second.
func (o *gifOutput) add(frame *image.NRGBA, delay int) error {
	hardenAlpha(frame)
	o.uncover(frame)
	o.findChanges(frame)
	next := o.spare
	if next == nil {
		next = &gifFrame{pixels: make([]uint8, len(o.indices))}
	}
	next.palette = o.choosePalette(frame)
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
	o.spare, o.pending, o.source = o.pending, next, frame
	return nil
}

// uncover has the frame before cleared away where frame is transparent and
// the frame before was not: drawing over it cannot do that.
func (o *gifOutput) uncover(frame *image.NRGBA) {
	hole := findRect(o.size, func(i int) bool { return frame.Pix[4*i+3] == 0 && o.shown.Pix[4*i+3] != 0 })
	if hole.Empty() {
		return
	}
	o.pending.disposal = gif.DisposalBackground
	o.pending.rect = o.pending.rect.Union(hole)
	clearRect(o.shown, o.pending.rect)
}

// findChanges finds the pixels that must be drawn.
func (o *gifOutput) findChanges(frame *image.NRGBA) {
	for i := range o.changed {
		p, s := frame.Pix[4*i:4*i+4], o.shown.Pix[4*i:4*i+4]
		same := o.source != nil && s[3] == 255 && string(p) == string(o.source.Pix[4*i:4*i+4])
		o.changed[i] = p[3] == 255 && !same
	}
}

// choosePalette is the palette for what changed, and finds the indices: a
// palette that is there already, if it suits.
func (o *gifOutput) choosePalette(frame *image.NRGBA) *gifPalette {
	known := []*gifPalette{o.first}
	if o.last != o.first {
		known = append(known, o.last)
	}
	for _, p := range known {
		if p != nil && len(p.colours) > 0 && p.suits(p.apply(o.indices, frame, o.changed)) {
			o.last = p
			return p
		}
	}
	p := newGIFPalette(o.histogram.count(frame, o.changed), o.colours)
	p.errors = p.apply(o.indices, frame, o.changed)
	if o.first == nil {
		o.first = p
	}
	o.last = p
	return p
}

// draw fills f with what changes to the eye, and returns where that is.
func (o *gifOutput) draw(f *gifFrame) image.Rectangle {
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
func (o *gifOutput) flush() error {
	if o.pending == nil {
		return nil
	}
	return o.writer.frame(o.pending, o.size, o.first)
}

// finish writes what is left. Viewers begin each loop on an empty canvas, so it
// does not matter what the last frame leaves.
func (o *gifOutput) finish() ([]byte, error) {
	if err := o.flush(); err != nil {
		return nil, err
	}
	return o.writer.finish()
}

// findRect is the smallest rectangle around pixels, which are counted row by
// row.
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
