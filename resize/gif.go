package resize

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"io"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// gifFile is where the parts of a GIF lie (GIF89a specification, sections 17
// to 27).
type gifFile struct {
	width, height int    // pixels of the canvas
	head          []byte // signature, screen descriptor and global colour table
	frames        []gifBlocks
	loops         int // as image/gif counts: -1 once, 0 for ever, else repeats
}

// gifBlocks are the blocks of a frame, as they lie in the file: the graphic
// control extension in front of it, if there is one, and the image descriptor
// with colour table and data.
type gifBlocks struct{ control, image []byte }

const gifTrailer = 0x3b

// maxGIFFrames bounds the frames of a GIF, which cost time however small they
// are: 8 minutes of ten a second.
const maxGIFFrames = 5000

// parseGIF walks the blocks of a GIF and unpacks no pixels.
func parseGIF(data []byte) (gifFile, error) {
	f := gifFile{loops: -1}
	r := gifReader{data: data}
	screen := r.take(13)
	if r.err != nil {
		return f, badGIF(r.err)
	}
	f.width = int(binary.LittleEndian.Uint16(screen[6:]))
	f.height = int(binary.LittleEndian.Uint16(screen[8:]))
	if f.width == 0 || f.height == 0 {
		return f, badGIF(fmt.Errorf("canvas of %dx%d", f.width, f.height))
	}
	r.colourTable(screen[10])
	f.head = data[:r.at]
	var control []byte
	for r.err == nil {
		start := r.at
		switch kind := r.byte(); kind {
		case 0x21: // extension
			label := r.byte()
			body := r.subBlocks()
			switch label {
			case 0xf9:
				control = data[start:r.at]
			case 0xff:
				f.readLoops(body)
			}
		case 0x2c: // image
			descriptor := r.take(9)
			if r.err != nil {
				break
			}
			r.colourTable(descriptor[8])
			r.byte() // LZW minimum code size
			r.subBlocks()
			if len(f.frames) == maxGIFFrames {
				return f, pic.Unsupported(GIF, fmt.Sprintf("GIF of more than %d frames", maxGIFFrames))
			}
			f.frames = append(f.frames, gifBlocks{control, data[start:r.at]})
			control = nil
		case gifTrailer:
			if len(f.frames) == 0 {
				return f, badGIF(errors.New("no frame"))
			}
			return f, nil
		default:
			if r.err == nil {
				r.err = fmt.Errorf("unknown block %#02x", kind)
			}
		}
	}
	return f, badGIF(r.err)
}

// readLoops reads the loop count of an application extension, if it is one
// that has it: Netscape's, or the same under the other name that browsers know.
// The blocks of body are still behind their lengths.
func (f *gifFile) readLoops(body []byte) {
	for _, id := range []string{"\x0bNETSCAPE2.0\x03\x01", "\x0bANIMEXTS1.0\x03\x01"} {
		if rest, ok := bytes.CutPrefix(body, []byte(id)); ok && len(rest) >= 2 {
			f.loops = int(binary.LittleEndian.Uint16(rest))
		}
	}
}

// decode decodes frame i alone, so that memory does not grow with the number
// of frames.
func (f *gifFile) decode(ctx context.Context, i int) (frame *image.Paletted, delay int, disposal byte, err error) {
	blocks := f.frames[i]
	g, err := gif.DecodeAll(io.MultiReader(bytes.NewReader(f.head), bytes.NewReader(blocks.control),
		newReader(ctx, blocks.image), bytes.NewReader([]byte{gifTrailer})))
	if err != nil {
		return nil, 0, 0, badGIF(fmt.Errorf("frame %d: %w", i, err))
	}
	frame, err = pic.SoundPaletted(g.Image[0])
	if err != nil {
		return nil, 0, 0, badGIF(fmt.Errorf("frame %d: %w", i, err))
	}
	return frame, g.Delay[0], g.Disposal[0], nil
}

// gifReader reads blocks; err is the first thing that went wrong.
type gifReader struct {
	data []byte
	at   int
	err  error
}

func (r *gifReader) take(n int) []byte {
	if r.err == nil && n > len(r.data)-r.at {
		r.err = io.ErrUnexpectedEOF
	}
	if r.err != nil {
		return nil
	}
	r.at += n
	return r.data[r.at-n : r.at]
}

func (r *gifReader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

// colourTable skips the colour table that the packed fields of a descriptor
// announce.
func (r *gifReader) colourTable(packed byte) {
	if packed&0x80 != 0 {
		r.take(3 << (packed&7 + 1))
	}
}

// subBlocks is the data up to a block of length zero, lengths included.
func (r *gifReader) subBlocks() []byte {
	start := r.at
	for {
		n := r.byte()
		if n == 0 {
			return r.data[start:r.at]
		}
		r.take(int(n))
	}
}

func badGIF(err error) error { return pic.Invalid(pic.GIF, err) }

// inspectGIF reads the header of a GIF and counts its frames.
func inspectGIF(data []byte) (Info, error) {
	f, err := parseGIF(data)
	if err != nil {
		return Info{}, err
	}
	return Info{Format: GIF, Width: f.width, Height: f.height, Frames: len(f.frames)}, nil
}
