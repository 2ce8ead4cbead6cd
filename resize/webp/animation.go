package webp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"iter"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// animation is what the chunks of an animated WebP say about its frames (RFC 9649
// section 2.7.1.1).
type animation struct {
	begun  bool // an ANIM chunk was read
	loops  int  // as image/gif counts: -1 once, 0 for ever, else repeats
	frames []frame
}

// frame is a frame of an animation.
type frame struct {
	*header
	at      image.Point
	delay   int  // milliseconds
	over    bool // it is blended with the canvas instead of replacing it
	cleared bool // its rectangle is cleared before the next frame
}

// maxFrames limits the frames of an animation, each of which costs time however
// small it is: 8 minutes at ten a second.
const maxFrames = 5000

// Flags of a frame.
const (
	flagCleared = 1 << 0
	flagAlone   = 1 << 1 // the frame is not blended
)

// loopsOf returns [pic.Header].Loops for an animation that is played plays times,
// 0 meaning for ever.
func loopsOf(plays int) int {
	if plays == 1 {
		return -1
	}
	return max(0, plays-1)
}

// playsOf returns how many times an animation of the given [pic.Header].Loops is
// played, at most what 16 bits hold; 0 means for ever.
func playsOf(loops int) int {
	switch {
	case loops == 0:
		return 0
	case loops < 0:
		return 1
	}
	return min(loops+1, 1<<16-1)
}

// parse reads a chunk of an animation on a canvas. It does as browsers do: it
// wants an ANIM chunk before the first frame, takes the first one, and ignores
// its background colour and any picture that is in no frame.
func (a *animation) parse(id string, body []byte, canvas [2]int) error {
	switch {
	case id == "ANIM" && !a.begun:
		if len(body) < 6 {
			return io.ErrUnexpectedEOF
		}
		a.begun = true
		a.loops = loopsOf(int(binary.LittleEndian.Uint16(body[4:])))
	case id == "ANMF" && !a.begun:
		return errors.New("a frame comes before the ANIM chunk")
	case id == "ANMF":
		if len(a.frames) == maxFrames {
			return pic.Unsupported(pic.WebP, fmt.Sprintf("WebP with more than %d frames", maxFrames))
		}
		f, err := parseFrame(body, canvas)
		if err != nil {
			return fmt.Errorf("frame %d: %w", len(a.frames), err)
		}
		a.frames = append(a.frames, f)
	}
	return nil
}

// frameHeader is how many bytes precede the chunks of a frame.
const frameHeader = 16

// parseFrame reads an ANMF chunk. A frame must lie within the canvas, and its
// picture must have its size.
func parseFrame(body []byte, canvas [2]int) (frame, error) {
	if len(body) < frameHeader {
		return frame{}, io.ErrUnexpectedEOF
	}
	f := frame{
		header:  &header{orientation: 1, canvas: [2]int{1 + uint24(body[6:]), 1 + uint24(body[9:])}},
		at:      image.Pt(2*uint24(body), 2*uint24(body[3:])),
		delay:   uint24(body[12:]),
		over:    body[15]&flagAlone == 0,
		cleared: body[15]&flagCleared != 0,
	}
	if f.at.X+f.canvas[0] > canvas[0] || f.at.Y+f.canvas[1] > canvas[1] {
		return frame{}, errors.New("the frame extends beyond the canvas")
	}
	for rest := chunks(body[frameHeader:]); ; {
		id, chunk, err := rest.next()
		if err == io.EOF {
			return f, f.check()
		}
		if err == nil {
			err = f.parseImage(id, chunk)
		}
		if err != nil {
			return frame{}, err
		}
	}
}

// rect returns the part of the canvas that f is drawn on.
func (f *frame) rect() image.Rectangle {
	return image.Rect(0, 0, f.width, f.height).Add(f.at)
}

// plan returns how to decode all of f.
func (f *frame) plan() (*pic.Decoding, error) {
	p := picture{f.header}
	return p.Plan(whole(f.width, f.height))
}

// animated is an opened animation.
type animated struct {
	*header
	*animation
}

// Header implements [pic.Picture].
func (a *animated) Header() pic.Header {
	h := pic.Header{
		Format: pic.WebP, Width: a.width, Height: a.height, Orientation: a.orientation,
		Frames: len(a.frames), Loops: a.loops, Lossless: true,
	}
	for _, f := range a.frames {
		h.Lossless = h.Lossless && f.lossless
	}
	return h
}

// Plan implements [pic.Picture]. It decodes the whole canvas whatever the view
// shows, because frames are drawn over one another. Memory is that of the largest
// frame and of the canvas.
func (a *animated) Plan(pic.View) (*pic.Decoding, error) {
	const perFrame = 256
	largest := int64(0)
	for _, f := range a.frames {
		d, err := f.plan()
		if err != nil {
			return nil, err
		}
		largest = max(largest, d.Memory)
	}
	canvas := 4 * int64(a.width) * int64(a.height)
	return &pic.Decoding{
		Memory: int64(len(a.frames))*perFrame + largest + canvas,
		Shape:  pic.Shape{Width: a.width, Height: a.height, Channels: 4},
		Frames: a.canvases,
	}, nil
}

// canvases yields the canvas at each frame, as a viewer sees it.
func (a *animated) canvases(ctx context.Context, b *pic.Buffers) iter.Seq2[*pic.Frame, error] {
	return func(yield func(*pic.Frame, error) bool) {
		c := newCanvas(a.width, a.height)
		colour := pic.Colour{Profile: icc.Kept(a.profile, false)}
		for i := range a.frames {
			f := &a.frames[i]
			if err := f.drawOn(ctx, b, c); err != nil {
				yield(nil, err)
				return
			}
			if !yield(&pic.Frame{Rows: pic.RowsOf(c), Colour: colour, Delay: f.delay}, nil) {
				return
			}
			if f.cleared {
				clearRect(c, f.rect())
			}
		}
	}
}

// drawOn decodes f and draws it on canvas.
func (f *frame) drawOn(ctx context.Context, b *pic.Buffers, canvas *image.NRGBA) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	decoding, err := f.plan()
	if err != nil {
		return err
	}
	for decoded, err := range decoding.Frames(ctx, b) {
		if err != nil {
			return err
		}
		return draw(canvas, f.rect(), decoded, f.over)
	}
	return typed(ctx, io.ErrUnexpectedEOF)
}
