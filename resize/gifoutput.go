package resize

import (
	"image"
	"image/color"
	"image/gif"
)

// gifOutput gathers the frames of a variant. Each is the smallest rectangle
// that changes, and transparent where nothing changes within it.
type gifOutput struct {
	gif     gif.GIF
	bounds  image.Rectangle
	colours int
	palette *gifPalette
	// source is the frame before as it came, shown what a viewer sees of it.
	source, shown *image.NRGBA
	// pending is the frame before, which is added once the next one has said
	// how it must be disposed of.
	pending *gifFrame
}

// gifFrame is a frame of the whole variant's size, of which rect is written.
type gifFrame struct {
	pixels   *image.Paletted
	rect     image.Rectangle
	delay    int
	disposal byte
}

// maxMeanError is the mean squared error of a sample up to which a frame makes
// do with the palette of the frame before, which saves a colour table.
const maxMeanError = 6

func newGIFOutput(w, h, colours int) *gifOutput {
	bounds := image.Rect(0, 0, w, h)
	return &gifOutput{bounds: bounds, colours: colours, shown: image.NewNRGBA(bounds)}
}

// add appends a frame as it is to be seen. delay is in hundredths of a second.
func (o *gifOutput) add(frame *image.NRGBA, delay int) {
	hardenAlpha(frame)
	o.uncover(frame)
	changed := o.changed(frame)
	if o.palette == nil || o.palette.meanError(frame, changed) > maxMeanError {
		o.palette = newGIFPalette(frame, changed, o.colours)
	}
	next := &gifFrame{
		pixels:   image.NewPaletted(o.bounds, o.palette.colours),
		delay:    delay,
		disposal: gif.DisposalNone,
	}
	for i, change := range changed {
		next.pixels.Pix[i] = o.palette.transparent
		if !change {
			continue
		}
		p := frame.Pix[4*i : 4*i+4 : 4*i+4]
		index := o.palette.index(p[0], p[1], p[2])
		c := o.palette.colours[index].(color.NRGBA)
		s := o.shown.Pix[4*i : 4*i+4 : 4*i+4]
		if s[0] == c.R && s[1] == c.G && s[2] == c.B && s[3] == 255 {
			continue
		}
		s[0], s[1], s[2], s[3] = c.R, c.G, c.B, 255
		next.pixels.Pix[i] = index
		at := image.Pt(i%o.bounds.Dx(), i/o.bounds.Dx())
		next.rect = next.rect.Union(image.Rectangle{at, at.Add(image.Pt(1, 1))})
	}
	switch {
	case o.pending == nil:
		next.rect = o.bounds
	case next.rect.Empty():
		next.rect = image.Rect(0, 0, 1, 1)
	}
	o.flush()
	o.pending, o.source = next, frame
}

// uncover has the frame before cleared away where frame is transparent and
// the frame before was not: drawing over it cannot do that.
func (o *gifOutput) uncover(frame *image.NRGBA) {
	var hole image.Rectangle
	for i := 3; i < len(frame.Pix); i += 4 {
		if frame.Pix[i] == 0 && o.shown.Pix[i] != 0 {
			at := image.Pt(i/4%o.bounds.Dx(), i/4/o.bounds.Dx())
			hole = hole.Union(image.Rectangle{at, at.Add(image.Pt(1, 1))})
		}
	}
	if hole.Empty() {
		return
	}
	o.pending.disposal = gif.DisposalBackground
	o.pending.rect = o.pending.rect.Union(hole)
	clearRect(o.shown, o.pending.rect)
}

// changed says of each pixel whether it must be drawn.
func (o *gifOutput) changed(frame *image.NRGBA) []bool {
	changed := make([]bool, len(frame.Pix)/4)
	for i := range changed {
		p, s := frame.Pix[4*i:4*i+4], o.shown.Pix[4*i:4*i+4]
		same := o.source != nil && s[3] == 255 && string(p) == string(o.source.Pix[4*i:4*i+4])
		changed[i] = p[3] == 255 && !same
	}
	return changed
}

func (o *gifOutput) flush() {
	if f := o.pending; f != nil {
		o.gif.Image = append(o.gif.Image, cropPaletted(f.pixels, f.rect))
		o.gif.Delay = append(o.gif.Delay, f.delay)
		o.gif.Disposal = append(o.gif.Disposal, f.disposal)
	}
}

// cropPaletted is a copy of a part of img, so that the rest can be freed.
func cropPaletted(img *image.Paletted, r image.Rectangle) *image.Paletted {
	out := image.NewPaletted(r, img.Palette)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		copy(out.Pix[out.PixOffset(r.Min.X, y):][:r.Dx()], img.Pix[img.PixOffset(r.Min.X, y):])
	}
	return out
}

// finish is the whole GIF. Viewers begin each loop on an empty canvas, so it
// does not matter what the last frame leaves.
func (o *gifOutput) finish(loops int) *gif.GIF {
	o.flush()
	o.gif.LoopCount = loops
	o.gif.Config = image.Config{
		ColorModel: o.gif.Image[0].Palette,
		Width:      o.bounds.Dx(),
		Height:     o.bounds.Dy(),
	}
	return &o.gif
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
