package resize

import (
	"bytes"
	"compress/lzw"
	"encoding/binary"
	"errors"
	"image"
	"iter"
)

// errGIFTooLong says that a GIF is longer than wanted.
var errGIFTooLong = errors.New("resize: GIF longer than wanted")

// gifWriter writes a GIF frame by frame.
type gifWriter struct {
	out    bytes.Buffer
	max    int // bytes; 0 is no limit
	loops  int // as image/gif counts: -1 once, 0 for ever, else repeats
	global *gifPalette
	lzw    *lzw.Writer
	packed bytes.Buffer
}

// header writes what stands before the frames (GIF89a specification, sections
// 17 to 19 and 26).
func (w *gifWriter) header(size image.Point, global *gifPalette) {
	w.global = global
	w.out.WriteString("GIF89a")
	w.uint16(size.X, size.Y)
	const colourResolution = 7 << 4
	w.out.Write([]byte{0x80 | colourResolution | global.tableBits() - 1, 0, 0})
	w.table(global)
	if w.loops >= 0 {
		w.out.WriteString("\x21\xff\x0bNETSCAPE2.0\x03\x01")
		w.uint16(w.loops)
		w.out.WriteByte(0)
	}
}

// frame writes a frame (GIF89a specification, sections 20 to 23).
func (w *gifWriter) frame(f *gifFrame, size image.Point, global *gifPalette) error {
	if w.global == nil {
		w.header(size, global)
	}
	transparent := byte(0)
	if f.showsThrough(size.X) {
		transparent = 1
	}
	w.out.Write([]byte{0x21, 0xf9, 4, f.disposal<<2 | transparent})
	w.uint16(f.delay)
	w.out.Write([]byte{f.palette.transparent, 0, 0x2c})
	w.uint16(f.rect.Min.X, f.rect.Min.Y, f.rect.Dx(), f.rect.Dy())
	if f.palette == w.global {
		w.out.WriteByte(0)
	} else {
		w.out.WriteByte(0x80 | f.palette.tableBits() - 1)
		w.table(f.palette)
	}
	if err := w.pack(f, size.X); err != nil {
		return err
	}
	return w.check()
}

// pack writes the pixels of a frame: the LZW minimum code size, and compressed
// data in blocks of at most 255 bytes.
func (w *gifWriter) pack(f *gifFrame, width int) error {
	codeSize := max(2, f.palette.tableBits())
	w.packed.Reset()
	if w.lzw == nil {
		w.lzw = lzw.NewWriter(&w.packed, lzw.LSB, int(codeSize)).(*lzw.Writer)
	} else {
		w.lzw.Reset(&w.packed, lzw.LSB, int(codeSize))
	}
	for row := range f.rows(width) {
		if _, err := w.lzw.Write(row); err != nil {
			return err
		}
	}
	if err := w.lzw.Close(); err != nil {
		return err
	}
	w.out.WriteByte(codeSize)
	for w.packed.Len() > 0 {
		block := w.packed.Next(255)
		w.out.WriteByte(byte(len(block)))
		w.out.Write(block)
	}
	w.out.WriteByte(0)
	return nil
}

// rows are the rows of what is written of f; width is the variant's.
func (f *gifFrame) rows(width int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for y := f.rect.Min.Y; y < f.rect.Max.Y; y++ {
			if !yield(f.pixels[y*width:][f.rect.Min.X:f.rect.Max.X]) {
				return
			}
		}
	}
}

// showsThrough says whether a pixel of what is written of f is transparent.
func (f *gifFrame) showsThrough(width int) bool {
	for row := range f.rows(width) {
		if bytes.IndexByte(row, f.palette.transparent) >= 0 {
			return true
		}
	}
	return false
}

// finish is the whole file.
func (w *gifWriter) finish() ([]byte, error) {
	w.out.WriteByte(gifTrailer)
	return w.out.Bytes(), w.check()
}

func (w *gifWriter) check() error {
	if w.max > 0 && w.out.Len() > w.max {
		return errGIFTooLong
	}
	return nil
}

func (w *gifWriter) uint16(values ...int) {
	for _, v := range values {
		w.out.Write(binary.LittleEndian.AppendUint16(nil, uint16(v)))
	}
}

// table writes a colour table, filled up with black. The transparent colour is
// black too.
func (w *gifWriter) table(p *gifPalette) {
	for _, c := range p.colours {
		w.out.Write(c[:])
	}
	w.out.Write(make([]byte, 3<<p.tableBits()-3*len(p.colours)))
}

// tableBits is how many bits, 1 to 8, have an index for every colour of p and
// the transparent one.
func (p *gifPalette) tableBits() byte {
	n := byte(1)
	for 1<<n <= len(p.colours) {
		n++
	}
	return n
}
