package gif

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// writer writes a GIF frame by frame.
type writer struct {
	out    []byte
	max    int   // bytes; 0 is no limit
	limits []int // the limit in bytes after each of the frames to come; nil is none
	loops  int   // as image/gif counts: -1 once, 0 for ever, else repeats
	global *palette
}

// header writes the part before the frames (GIF89a specification, sections 17 to 19 and
// 26).
func (w *writer) header(size image.Point, global *palette) {
	w.global = global
	w.out = append(w.out, "GIF89a"...)
	w.uint16(size.X, size.Y)
	const colourResolution = 7 << 4
	w.out = append(w.out, 0x80|colourResolution|global.tableBits()-1, 0, 0)
	w.table(global)
	if w.loops >= 0 {
		w.out = append(w.out, "\x21\xff\x0bNETSCAPE2.0\x03\x01"...)
		w.uint16(w.loops)
		w.out = append(w.out, 0)
	}
}

// frame writes a frame (GIF89a specification, sections 20 to 23), and the header before
// the first one. Its error is [pic.ErrTooLong] beyond w.max bytes or w.limits.
func (w *writer) frame(f *frame, size image.Point, global *palette) error {
	if w.global == nil {
		w.header(size, global)
	}
	transparent := byte(0)
	// After a frame without a transparent colour, some viewers clear with another
	// colour.
	if f.disposal == gif.DisposalBackground || f.showsThrough() {
		transparent = 1
	}
	w.out = append(w.out, 0x21, 0xf9, 4, f.disposal<<2|transparent)
	w.uint16(f.delay)
	w.out = append(w.out, f.palette.transparent, 0, 0x2c)
	w.uint16(f.rect.Min.X, f.rect.Min.Y, f.rect.Dx(), f.rect.Dy())
	if f.palette == w.global {
		w.out = append(w.out, 0)
	} else {
		w.out = append(w.out, 0x80|f.palette.tableBits()-1)
		w.table(f.palette)
	}
	w.pack(f)
	if len(w.limits) > 0 {
		if len(w.out) > w.limits[0] {
			return pic.ErrTooLong
		}
		w.limits = w.limits[1:]
	}
	return w.check()
}

// pack writes the pixels of a frame: the LZW minimum code size, and compressed
// data in blocks of at most 255 bytes.
func (w *writer) pack(f *frame) {
	w.out = append(w.out, byte(f.palette.codeSize()))
	for packed := f.packed; len(packed) > 0; {
		block := packed[:min(255, len(packed))]
		w.out = append(w.out, byte(len(block)))
		w.out = append(w.out, block...)
		packed = packed[len(block):]
	}
	w.out = append(w.out, 0)
}

// finish returns the whole file.
func (w *writer) finish() ([]byte, error) {
	w.out = append(w.out, trailer)
	return w.out, w.check()
}

func (w *writer) check() error {
	if w.max > 0 && len(w.out) > w.max {
		return pic.ErrTooLong
	}
	return nil
}

// likelyFits reports whether all frames are likely to fit, if done of them are written.
func (w *writer) likelyFits(done, frames int) bool {
	return w.max == 0 || int64(len(w.out))*int64(frames) < int64(w.max)*int64(done)*3/4
}

func (w *writer) uint16(values ...int) {
	for _, v := range values {
		w.out = binary.LittleEndian.AppendUint16(w.out, uint16(v))
	}
}

// table writes a colour table, padded with black. The transparent colour is black too.
func (w *writer) table(p *palette) {
	for _, c := range p.colours {
		w.out = append(w.out, c[:]...)
	}
	w.out = append(w.out, make([]byte, 3<<p.tableBits()-3*len(p.colours))...)
}

// tableBits returns how many bits, 1 to 8, an index of p's colours and the transparent
// one has.
func (p *palette) tableBits() byte {
	n := byte(1)
	for 1<<n <= len(p.colours) {
		n++
	}
	return n
}

// codeSize returns the LZW minimum code size.
func (p *palette) codeSize() int { return int(max(2, p.tableBits())) }

// showsThrough reports whether any pixel of f's rectangle is transparent.
func (f *frame) showsThrough() bool {
	return bytes.IndexByte(f.pixels, f.palette.transparent) >= 0
}
