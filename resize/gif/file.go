package gif

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// file says where the parts of a GIF are (GIF89a specification, sections 17 to 27).
type file struct {
	width, height int    // pixels of the canvas
	head          []byte // signature, screen descriptor and global colour table
	frames        []blocks
	loops         int // as image/gif counts: -1 once, 0 for ever, else repeats
}

// blocks are a frame's blocks in the file: the graphic control extension before it, if
// there is one, and the image descriptor with colour table and data.
type blocks struct{ control, image []byte }

const trailer = 0x3b

// maxFrames bounds the frames of a GIF, which take time however small they are: 8
// minutes at ten a second.
const maxFrames = 5000

// parse walks the blocks of a GIF and unpacks no pixels.
func parse(data []byte) (*file, error) {
	r := reader{data: data}
	screen := r.take(13)
	if r.err != nil {
		return nil, invalid(r.err)
	}
	if !Is(screen) {
		return nil, invalid(errors.New("the signature is not that of a GIF"))
	}
	f := &file{
		width:  int(binary.LittleEndian.Uint16(screen[6:])),
		height: int(binary.LittleEndian.Uint16(screen[8:])),
		loops:  -1,
	}
	if f.width == 0 || f.height == 0 {
		return nil, invalid(fmt.Errorf("the canvas is %dx%d pixels", f.width, f.height))
	}
	r.colourTable(screen[10])
	f.head = data[:r.at]
	if err := f.readBlocks(&r); err != nil {
		return nil, err
	}
	return f, nil
}

// readBlocks reads the blocks after the head, up to the trailer.
func (f *file) readBlocks(r *reader) error {
	var control []byte
	for r.err == nil {
		start := r.at
		switch kind := r.byte(); kind {
		case 0x21: // extension
			label := r.byte()
			body := r.subBlocks()
			switch label {
			case 0xf9:
				control = r.data[start:r.at]
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
			if len(f.frames) == maxFrames {
				return pic.Unsupported(pic.GIF, fmt.Sprintf("GIF with more than %d frames", maxFrames))
			}
			f.frames = append(f.frames, blocks{control, r.data[start:r.at]})
			control = nil
		case trailer:
			if len(f.frames) == 0 {
				return invalid(errors.New("there is no frame"))
			}
			return nil
		default:
			if r.err == nil {
				r.err = fmt.Errorf("unknown block %#02x", kind)
			}
		}
	}
	return invalid(r.err)
}

// readLoops reads the loop count of an application extension that has one: Netscape's,
// or the same under the other name that browsers know. The blocks of body still have
// their lengths in front.
func (f *file) readLoops(body []byte) {
	for _, id := range []string{"\x0bNETSCAPE2.0\x03\x01", "\x0bANIMEXTS1.0\x03\x01"} {
		if rest, ok := bytes.CutPrefix(body, []byte(id)); ok && len(rest) >= 2 {
			f.loops = int(binary.LittleEndian.Uint16(rest))
		}
	}
}

// reader reads blocks; err is the first error.
type reader struct {
	data []byte
	at   int
	err  error
}

// take returns the next n bytes, or nil after an error.
func (r *reader) take(n int) []byte {
	if r.err == nil && n > len(r.data)-r.at {
		r.err = io.ErrUnexpectedEOF
	}
	if r.err != nil {
		return nil
	}
	r.at += n
	return r.data[r.at-n : r.at]
}

// byte returns the next byte, or 0 after an error.
func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

// colourTable skips the colour table that the packed fields of a descriptor announce.
func (r *reader) colourTable(packed byte) {
	if packed&0x80 != 0 {
		r.take(3 << (packed&7 + 1))
	}
}

// subBlocks returns the data up to a block of length zero, lengths included.
func (r *reader) subBlocks() []byte {
	start := r.at
	for {
		n := r.byte()
		if n == 0 {
			return r.data[start:r.at]
		}
		r.take(int(n))
	}
}

func invalid(err error) error { return pic.Invalid(pic.GIF, err) }
