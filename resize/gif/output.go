package gif

import (
	"cmp"
	"context"
	"image"
	"image/gif"
)

// output converts the frames of a variant, as they should be seen, to the frames that
// are written. Each is the smallest rectangle that changes visibly. In it, pixels are
// transparent if that compresses better and changes nothing visibly. Each frame is
// compared with what a viewer sees, so that small errors do not add up.
type output struct {
	writer    *writer
	size      image.Point
	colours   int // the most colours of a palette
	histogram histogram
	// first is the palette of the first frame, which is the file's global one; last is
	// the palette of the frame before.
	first, last *palette
	// source is the frame before as it came, shown what a viewer sees of it.
	source, shown *image.NRGBA
	changed       []bool  // which pixels differ from the frame before
	indices       []uint8 // the nearest colour of each changed pixel
	others        []uint8 // the same for another palette
	packer        packer
	pace          *pace
	// pending is the frame before, which is written once its disposal is known from the
	// next one; spare is the one before that.
	pending, spare *frame
}

// frame is a frame to write.
type frame struct {
	pixels   []uint8 // of rect
	packed   []byte  // the same, compressed
	palette  *palette
	rect     image.Rectangle
	delay    int // hundredths of a second
	disposal byte
}

// newOutput returns an output for frames of the given size. It needs begin before use.
func newOutput(size image.Point) *output {
	n := size.X * size.Y
	return &output{
		size:    size,
		shown:   image.NewNRGBA(image.Rectangle{Max: size}),
		changed: make([]bool, n),
		indices: make([]uint8, n),
		others:  make([]uint8, n),
		spare:   &frame{pixels: make([]uint8, n)},
		pace:    new(pace),
	}
}

// begin starts a new try: the frames that follow are written to w, independently of
// earlier ones, with at most colours entries a palette.
func (o *output) begin(w *writer, colours int) {
	o.writer, o.colours = w, colours
	o.first, o.last, o.source = nil, nil, nil
	clear(o.shown.Pix)
	o.spare, o.pending = cmp.Or(o.spare, o.pending), nil
}

// add appends a frame that should look like seen, which it keeps and changes. delay is
// in hundredths of a second. The error is [pic.ErrTooLong] or ctx's.
func (o *output) add(ctx context.Context, seen *image.NRGBA, delay int) error {
	o.packer.pause = func(done, of int) error {
		o.pace.packing(done, of)
		o.packer.haste = o.pace.haste
		return ctx.Err()
	}
	hardenAlpha(seen)
	if err := o.uncover(seen); err != nil {
		return err
	}
	o.findChanges(seen)
	next := o.spare
	if next == nil {
		next = &frame{pixels: make([]uint8, len(o.indices))}
	}
	palette, errors, err := o.choosePalette(ctx, seen)
	if err != nil {
		return err
	}
	next.palette, o.last = palette, palette
	if o.first == nil {
		o.first = palette
	}
	next.delay, next.disposal = delay, gif.DisposalNone
	if err := o.draw(next, seen, errors); err != nil {
		return err
	}
	if err := o.flush(); err != nil {
		return err
	}
	o.spare, o.pending, o.source = o.pending, next, seen
	return nil
}

// uncover makes the frame before be cleared where seen is transparent and the frame
// before was not, since drawing over it cannot do that.
func (o *output) uncover(seen *image.NRGBA) error {
	hole := findRect(o.size, func(i int) bool { return seen.Pix[4*i+3] == 0 && o.shown.Pix[4*i+3] != 0 })
	if hole.Empty() {
		return nil
	}
	o.pending.disposal = gif.DisposalBackground
	if err := o.widen(o.pending, o.pending.rect.Union(hole)); err != nil {
		return err
	}
	clearRect(o.shown, o.pending.rect)
	return nil
}

// findChanges finds the pixels that differ from the frame before.
func (o *output) findChanges(seen *image.NRGBA) {
	for i := range o.changed {
		p, s := seen.Pix[4*i:4*i+4], o.shown.Pix[4*i:4*i+4]
		same := o.source != nil && s[3] == 255 && string(p) == string(o.source.Pix[4*i:4*i+4])
		o.changed[i] = p[3] == 255 && !same
	}
}

// choosePalette returns the palette for the changed pixels and the errors that it
// makes, and sets their indices. It returns an existing palette if a new one is not
// worth its bytes. The error is ctx's.
func (o *output) choosePalette(ctx context.Context, seen *image.NRGBA) (*palette, squaredErrors, error) {
	m := o.pace.haste.effort()
	known := []*palette{o.first}
	if o.last != o.first {
		known = append(known, o.last)
	}
	var best *palette
	var least squaredErrors
	for _, p := range known {
		if p == nil || len(p.colours) == 0 {
			continue
		}
		if e := p.apply(o.others, seen, o.changed); best == nil || e.sum < least.sum {
			best, least = p, e
			o.indices, o.others = o.others, o.indices
		}
		if least.sum <= m.suits*least.pixels {
			return best, least, nil
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, squaredErrors{}, err
	}
	colours := o.histogram.count(seen, o.changed)
	fresh := newPalette
	if o.first != nil {
		fresh = newLocalPalette
	}
	p := fresh(colours, o.colours, m)
	if err := ctx.Err(); err != nil {
		return nil, squaredErrors{}, err
	}
	e := p.apply(o.others, seen, o.changed)
	if best != nil && !p.worthwhile(e, least) {
		return best, least, nil
	}
	o.indices, o.others = o.others, o.indices
	return p, e, nil
}

// draw packs what changes visibly, and updates what is shown.
func (o *output) draw(f *frame, seen *image.NRGBA, e squaredErrors) error {
	d := &drawing{
		palette: f.palette,
		seen:    seen, shown: o.shown, changed: o.changed, nearest: o.indices,
		width: o.size.X,
		haste: &o.packer.haste,
	}
	d.tolerance, o.packer.worth = toleranceOf(e, o.pending == nil)
	f.rect = image.Rectangle{Max: o.size}
	if o.pending != nil {
		f.rect = findRect(o.size, d.mustDraw)
		if f.rect.Empty() {
			f.rect = image.Rect(0, 0, 1, 1)
		}
	}
	d.rect = f.rect
	f.pixels = f.pixels[:f.rect.Dx()*f.rect.Dy()]
	if err := o.pack(f, d); err != nil {
		return err
	}
	for i, index := range f.pixels {
		if index != f.palette.transparent {
			s := o.shown.Pix[4*d.at(i):][:4:4]
			c := f.palette.colours[index]
			s[0], s[1], s[2], s[3] = c[0], c[1], c[2], 255
		}
	}
	return nil
}

// pack chooses the pixels of f and compresses them.
func (o *output) pack(f *frame, c chooser) error {
	err := o.packer.pack(c, f.pixels, f.palette.codeSize())
	f.packed, o.packer.out = o.packer.out, f.packed
	return err
}

// widen enlarges the rectangle of f to r with transparent pixels.
func (o *output) widen(f *frame, r image.Rectangle) error {
	if r == f.rect {
		return nil
	}
	wide := o.indices[:r.Dx()*r.Dy()]
	for i := range wide {
		wide[i] = f.palette.transparent
	}
	for y := f.rect.Min.Y; y < f.rect.Max.Y; y++ {
		row := f.pixels[(y-f.rect.Min.Y)*f.rect.Dx():][:f.rect.Dx()]
		copy(wide[(y-r.Min.Y)*r.Dx()+f.rect.Min.X-r.Min.X:], row)
	}
	f.rect, f.pixels = r, f.pixels[:len(wide)]
	o.packer.worth = 0
	return o.pack(f, fixed(wide))
}

// flush writes the pending frame.
func (o *output) flush() error {
	if o.pending == nil {
		return nil
	}
	return o.writer.frame(o.pending, o.size, o.first)
}

// finish writes the pending frame and returns the file. Viewers begin each loop on an
// empty canvas, so the disposal of the last frame does not matter.
func (o *output) finish() ([]byte, error) {
	if err := o.flush(); err != nil {
		return nil, err
	}
	return o.writer.finish()
}

// findRect returns the smallest rectangle around the pixels, numbered row by row, for
// which is returns true.
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

// hardenAlpha makes every pixel opaque, or fully transparent if it is more than half
// transparent: a GIF has nothing in between.
func hardenAlpha(img *image.NRGBA) {
	for i := 0; i < len(img.Pix); i += 4 {
		if img.Pix[i+3] >= 128 {
			img.Pix[i+3] = 255
		} else {
			clear(img.Pix[i : i+4])
		}
	}
}
