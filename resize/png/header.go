package png

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/edgeresize/edgeresize/resize/exif"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// Colour types (PNG third edition, 11.2.1).
const (
	gray      = 0
	rgb       = 2
	palette   = 3
	grayAlpha = 4
	rgba      = 6
)

// maxSide is the largest width and height in pixels (PNG third edition, 11.2.1).
const maxSide = 1<<31 - 1

// layout says how pixels are stored.
type layout struct {
	width, height int // pixels
	depth         int // bits a sample
	colourType    byte
	interlaced    bool
	palette       [256][4]byte
	hasPalette    bool   // there is a PLTE chunk
	key           []byte // the body of the tRNS chunk, or nil
	// channels is how many samples of 8 bits an expanded pixel has: see [pic.Rows].
	channels int
}

// samples returns how many samples a stored pixel of a colour type has (PNG third
// edition, 11.2.1).
func samples(colourType byte) int {
	switch colourType {
	case grayAlpha:
		return 2
	case rgb:
		return 3
	case rgba:
		return 4
	}
	return 1
}

func (l *layout) bitsPerPixel() int { return l.depth * samples(l.colourType) }

// rowBytes returns how many bytes a row of width pixels is stored in, without the
// number of its filter.
func (l *layout) rowBytes(width int) int64 {
	return (int64(width)*int64(l.bitsPerPixel()) + 7) / 8
}

// readHeader reads the chunks before the pixels, in the order that PNG third edition,
// 5.6, prescribes. It leaves c at the first IDAT.
func (p *picture) readHeader(c *chunks) error {
	if err := c.start(); err != nil {
		return err
	}
	header, err := c.next()
	if err != nil {
		return err
	}
	if header.kind() != "IHDR" {
		return errors.New("IHDR is not the first chunk")
	}
	if err := p.readIHDR(header.body()); err != nil {
		return err
	}
	for {
		kind, _, err := c.peek()
		if err != nil {
			return err
		}
		if kind == "IDAT" {
			break
		}
		next, err := c.next()
		if err != nil {
			return err
		}
		if err := p.readChunk(next); err != nil {
			return err
		}
	}
	if p.colourType == palette && !p.hasPalette {
		return errors.New("no PLTE")
	}
	p.channels = p.countChannels()
	return nil
}

// readChunk reads a chunk between IHDR and IDAT.
func (p *picture) readChunk(c chunk) error {
	switch c.kind() {
	case "IHDR", "IEND":
		return fmt.Errorf("%s out of order", c.kind())
	case "PLTE":
		return p.readPLTE(c.body())
	case "tRNS":
		return p.readTRNS(c.body())
	case "acTL":
		return passed{pic.Unsupported(pic.APNG, pic.APNG.Name())}
	case "gAMA", "cHRM", "sRGB", "cICP", "iCCP":
		if !p.hasPalette { // after PLTE they have no meaning (PNG third edition, 5.6)
			p.colour.read(c)
		}
	case "eXIf":
		p.orientation = exif.Orientation(c.body())
	}
	return nil
}

// readIHDR reads the header chunk (PNG third edition, 11.2.1).
func (l *layout) readIHDR(body []byte) error {
	if len(body) != 13 {
		return fmt.Errorf("IHDR has %d bytes", len(body))
	}
	w, h := binary.BigEndian.Uint32(body), binary.BigEndian.Uint32(body[4:])
	if w == 0 || h == 0 || w > maxSide || h > maxSide {
		return fmt.Errorf("the size is %dx%d", w, h)
	}
	l.width, l.height = int(w), int(h)
	l.depth, l.colourType = int(body[8]), body[9]
	depths := map[byte][]int{
		gray: {1, 2, 4, 8, 16}, rgb: {8, 16}, palette: {1, 2, 4, 8}, grayAlpha: {8, 16}, rgba: {8, 16},
	}
	switch {
	case !slices.Contains(depths[l.colourType], l.depth):
		return fmt.Errorf("%d bits per sample with colour type %d", l.depth, l.colourType)
	case body[10] != 0 || body[11] != 0 || body[12] > 1:
		return errors.New("unknown compression, filter or interlace method")
	}
	l.interlaced = body[12] == 1
	return nil
}

// readPLTE reads the palette (PNG third edition, 11.2.2). For other colour types it is
// only a hint.
func (l *layout) readPLTE(body []byte) error {
	switch {
	case l.hasPalette || l.key != nil:
		return errors.New("PLTE out of order")
	case l.colourType == gray || l.colourType == grayAlpha:
		return errors.New("PLTE in a gray picture")
	case len(body)%3 != 0 || len(body) == 0 || len(body) > 3*256 || len(body) > 3<<l.depth:
		return fmt.Errorf("PLTE has %d bytes", len(body))
	}
	l.hasPalette = true
	if l.colourType != palette {
		return nil
	}
	for i := range l.palette {
		l.palette[i] = [4]byte{3: 255} // indices beyond the palette are black, as in libpng
	}
	for i := range len(body) / 3 {
		copy(l.palette[i][:], body[3*i:3*i+3])
	}
	return nil
}

// readTRNS reads the transparency (PNG third edition, 11.3.1.1).
func (l *layout) readTRNS(body []byte) error {
	want := map[byte]int{gray: 2, rgb: 6}[l.colourType]
	switch {
	case l.key != nil || l.colourType == palette && !l.hasPalette:
		return errors.New("tRNS out of order")
	case l.colourType == grayAlpha || l.colourType == rgba:
		return errors.New("tRNS in a picture with alpha")
	case l.colourType != palette && len(body) != want, len(body) > 256:
		return fmt.Errorf("tRNS has %d bytes", len(body))
	}
	l.key = append([]byte{}, body...)
	if l.colourType == palette {
		for i, alpha := range body {
			l.palette[i][3] = alpha
		}
	}
	return nil
}
