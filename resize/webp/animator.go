package webp

import (
	"context"
	"image"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// animator codes the frames of an animation, each as the smallest rectangle that
// holds all changes since the frame before. The rectangle is lossless data, or
// lossy data if that is much shorter. If enough of it does not change, that part
// is transparent.
type animator struct {
	coder
	movie     *movie
	asked     int  // the quality asked for
	ofGIF     bool // the original is a GIF, or was
	quality   int  // the quality of this frame
	tolerance tolerance
	pace      *pace
	frames    int   // number so far
	lengths   []int // bytes up to the end of each frame
	// drawn holds, for each pixel, the value intended when it was last drawn, so
	// that errors of frames do not add up.
	drawn   *image.NRGBA
	changed []bool      // which pixels differ from drawn
	part    image.NRGBA // the part to code
	losses  losses      // of lossless data
}

// encode writes all of s at a quality. It returns [pic.ErrTooLong] at the first
// frame beyond the limit, and [pic.ErrNoFit] if the ICC profile alone is beyond
// it.
func (a *animator) encode(ctx context.Context, s pic.Sequence, quality int, b pic.Budget) ([]byte, error) {
	a.pace = newPace(ctx, s.Header.Frames, b.Last)
	defer func() { a.movie = nil }()
	for r, err := range s.Frames {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		if a.movie == nil {
			if !b.Fits(len(r.Colour.Profile)) {
				return nil, pic.ErrNoFit // before it is copied
			}
			size := image.Pt(s.Width, s.Height)
			a.ofGIF = s.Header.Format == pic.GIF || s.Header.Lossless // gif2webp writes lossless ones
			a.begin(beginMovie(size, playsOf(s.Header.Loops), r.Colour.Profile, b.MaxBytes), size, quality)
		}
		if err := a.add(ctx, r.NRGBA(), r.Delay); err != nil {
			return nil, err
		}
		a.lengths = append(a.lengths, len(a.movie.out))
		if err := a.pace.next(); err != nil {
			return nil, err
		}
	}
	if a.movie == nil {
		return nil, pic.ErrNoFrames
	}
	return a.movie.file(), nil
}

// begin begins an animation that is written to m, and forgets the one before.
func (a *animator) begin(m *movie, size image.Point, quality int) {
	a.movie, a.asked = m, quality
	a.frames, a.lengths, a.losses = 0, nil, losses{}
	n := size.X * size.Y
	a.drawn = &image.NRGBA{Pix: resized(a.drawnPix(), 4*n), Stride: 4 * size.X, Rect: image.Rectangle{Max: size}}
	clear(a.drawn.Pix)
	a.changed = resized(a.changed, n)
}

// drawnPix returns the pixels of a.drawn, or nil.
func (a *animator) drawnPix() []uint8 {
	if a.drawn == nil {
		return nil
	}
	return a.drawn.Pix
}

// shortDelay is the longest delay, in milliseconds, that browsers treat as no
// delay; they show such a frame for longer.
const shortDelay = 10

// add appends the frame seen, shown for delay milliseconds. The error is
// [pic.ErrTooLong] or ctx's.
func (a *animator) add(ctx context.Context, seen *image.NRGBA, delay int) error {
	a.frames++
	a.quality = a.asked
	if a.ofGIF && looksFilmed(seen, seen.Rect) {
		a.quality = filmQuality(a.asked)
	}
	a.tolerance = toleranceOf(a.quality)
	a.findChanges(seen)
	r := a.changes()
	if r.Empty() {
		if a.frames > 1 && min(delay, a.movie.delay) > shortDelay && a.movie.delay+delay <= longestDelay {
			a.movie.wait(delay)
			return nil
		}
		r = image.Rect(0, 0, 1, 1)
		a.changed[0] = true
	}
	best, err := a.code(ctx, seen, r)
	if err != nil {
		return err
	}
	if err := a.movie.frame(r, delay, best.over, &best.coded); err != nil {
		return err
	}
	a.draw(seen, r, &best)
	return nil
}

// candidate is a way to write a frame.
type candidate struct {
	coded
	over   bool // its transparent pixels keep what is there
	blocks bool // its transparency is by block, not by pixel
}

// exactness is the largest ratio of the length of lossless data to that of lossy
// data at which the former is written. Lossless data looks better: frames of drawings have some 15 points of
// SSIMULACRA 2.1 more.
const exactness = 1.25

// code returns the best candidate for the part r of a frame.
func (a *animator) code(ctx context.Context, seen *image.NRGBA, r image.Rectangle) (candidate, error) {
	c := a.coverOf(seen, r)
	lossy, err := a.codeLossy(ctx, seen, r, c.blocks && c.share < mostBlended)
	if err != nil || !a.losses.try(a.pace.haste > 0) || looksFilmed(seen, r) {
		return lossy, err
	}
	exact := candidate{over: c.pixels && c.share < mostBlended}
	a.copyPart(seen, r, func(i int) bool { return exact.over && !a.changed[i] })
	if exact.coded, err = a.lossless(ctx, &a.part); err != nil {
		return exact, err
	}
	if !a.losses.count(exact.size(), int(exactness*float64(lossy.size()))) {
		return lossy, nil
	}
	return exact, nil
}

// losses counts how often lossless data has been too long lately.
type losses struct{ in, rest int }

// try reports whether lossless data is worth trying: the more often it was too
// long, the less often it is.
func (l *losses) try(hasty bool) bool {
	if l.rest > 0 {
		l.rest--
		return false
	}
	return !hasty || l.in == 0
}

// count compares the length of lossless data with a limit, both in bytes, and
// reports whether it is within the limit.
func (l *losses) count(lossless, limit int) bool {
	if lossless <= limit {
		*l = losses{}
		return true
	}
	l.in = min(l.in+1, 5)
	l.rest = 1<<l.in - 2
	return false
}

// mostBlended is the share of pixels that change from which on it is not worth
// making the others transparent.
const mostBlended = 0.9

// codeLossy codes the part r of a frame. If over is set, blocks without changes
// are transparent.
func (a *animator) codeLossy(ctx context.Context, seen *image.NRGBA, r image.Rectangle, over bool) (candidate, error) {
	c := candidate{over: over, blocks: true}
	a.copyPart(seen, r, nil)
	if over {
		c.over = a.hideBlocks(r)
	}
	if err := a.load(ctx, &pic.Raster{Pixels: &a.part}, false); err != nil {
		return c, err
	}
	var err error
	c.coded, err = a.lossy(ctx, a.quality, a.pace.haste.effort())
	return c, err
}

// side is the side, in pixels, of the blocks that are transparent in lossy data.
const side = 8

// hideBlocks makes the blocks of the part r without changes transparent, if there
// are enough of them to be worth it, and reports whether there are.
func (a *animator) hideBlocks(r image.Rectangle) bool {
	w, h := r.Dx(), r.Dy()
	kept, all := 0, 0
	for y := 0; y < h; y += side {
		for x := 0; x < w; x += side {
			all++
			if !a.changesIn(image.Rect(x, y, x+side, y+side).Add(r.Min).Intersect(r)) {
				kept++
			}
		}
	}
	if kept < leastHidden || kept*8 < all {
		return false
	}
	for y := 0; y < h; y += side {
		for x := 0; x < w; x += side {
			block := image.Rect(x, y, x+side, y+side).Intersect(a.part.Rect)
			if !a.changesIn(block.Add(r.Min)) {
				clearRect(&a.part, block)
			}
		}
	}
	return true
}

// leastHidden is how many transparent blocks are worth a chunk of alpha.
const leastHidden = 8

// copyPart sets a.part to the part r of a frame. Pixel i of the frame is
// transparent if hidden(i) is true.
func (a *animator) copyPart(seen *image.NRGBA, r image.Rectangle, hidden func(i int) bool) {
	w, h := r.Dx(), r.Dy()
	a.part = image.NRGBA{Pix: resized(a.part.Pix, 4*w*h), Stride: 4 * w, Rect: image.Rect(0, 0, w, h)}
	for y := range h {
		to := a.part.Pix[4*w*y:][:4*w]
		copy(to, seen.Pix[seen.PixOffset(r.Min.X, r.Min.Y+y):])
		if hidden == nil {
			continue
		}
		first := (r.Min.Y+y)*a.drawn.Rect.Dx() + r.Min.X
		for x := range w {
			if hidden(first + x) {
				clear(to[4*x : 4*x+4])
			}
		}
	}
}

// draw records in a.drawn what candidate c draws of the part r of a frame.
func (a *animator) draw(seen *image.NRGBA, r image.Rectangle, c *candidate) {
	w := a.drawn.Rect.Dx()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			i := y*w + x
			switch {
			case !c.over:
			case c.blocks:
				corner := image.Pt(x-(x-r.Min.X)%side, y-(y-r.Min.Y)%side)
				block := image.Rectangle{corner, corner.Add(image.Pt(side, side))}.Intersect(r)
				if !a.changesIn(block) {
					x = block.Max.X - 1
					continue
				}
			case !a.changed[i]:
				continue
			}
			copy(a.drawn.Pix[4*i:4*i+4], seen.Pix[4*i:4*i+4])
		}
	}
}
