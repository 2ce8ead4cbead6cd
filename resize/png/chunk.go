package png

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// readHeader reads what is before the pixels, in the order that PNG third
// edition, 5.6, prescribes.
func (r *Reader) readHeader() (interlaced bool, err error) {
	c := &r.chunks
	if err := c.first(len(signature)); err != nil {
		return false, err
	}
	if string(c.data[:len(signature)]) != signature {
		return false, errors.New("no signature")
	}
	c.at = len(signature)
	kind, body, err := c.next()
	if err != nil {
		return false, err
	}
	if kind != "IHDR" {
		return false, errors.New("IHDR is not the first chunk")
	}
	if interlaced, err = r.readIHDR(body); err != nil {
		return false, err
	}
	for err == nil {
		if kind, _, err = c.peek(); err != nil {
			break
		}
		if kind == "IDAT" {
			if r.colourType == palette && !r.hasPalette {
				return false, errors.New("no PLTE")
			}
			r.Channels = r.channels()
			return interlaced, nil
		}
		if kind, body, err = c.next(); err != nil {
			break
		}
		switch kind {
		case "IHDR", "IEND":
			err = fmt.Errorf("%s out of order", kind)
		case "PLTE":
			err = r.readPLTE(body)
		case "tRNS":
			err = r.readTRNS(body)
		}
	}
	return false, err
}

// readIHDR reads the header chunk (PNG third edition, 11.2.1).
func (r *Reader) readIHDR(body []byte) (interlaced bool, err error) {
	if len(body) != 13 {
		return false, fmt.Errorf("IHDR of %d bytes", len(body))
	}
	w, h := binary.BigEndian.Uint32(body), binary.BigEndian.Uint32(body[4:])
	if w == 0 || h == 0 || w > 1<<31-1 || h > 1<<31-1 {
		return false, fmt.Errorf("size %dx%d", w, h)
	}
	r.Width, r.Height = int(w), int(h)
	r.depth, r.colourType = int(body[8]), body[9]
	depths := map[byte][]int{
		gray: {1, 2, 4, 8, 16}, rgb: {8, 16}, palette: {1, 2, 4, 8}, grayAlpha: {8, 16}, rgba: {8, 16},
	}
	switch {
	case !slices.Contains(depths[r.colourType], r.depth):
		return false, fmt.Errorf("%d bits of colour type %d", r.depth, r.colourType)
	case body[10] != 0 || body[11] != 0 || body[12] > 1:
		return false, errors.New("unknown compression, filter or interlace method")
	}
	return body[12] == 1, nil
}

// readPLTE reads the palette (PNG third edition, 11.2.2). Colours other than
// indices have one for nothing but a hint.
func (r *Reader) readPLTE(body []byte) error {
	switch {
	case r.hasPalette || r.key != nil:
		return errors.New("PLTE out of order")
	case r.colourType == gray || r.colourType == grayAlpha:
		return errors.New("PLTE of a gray picture")
	case len(body)%3 != 0 || len(body) == 0 || len(body) > 3*256 || len(body) > 3<<r.depth:
		return fmt.Errorf("PLTE of %d bytes", len(body))
	}
	r.hasPalette = true
	if r.colourType != palette {
		return nil
	}
	for i := range r.palette {
		r.palette[i] = [4]byte{3: 255} // indices beyond the palette are black, as libpng has them
	}
	for i := range len(body) / 3 {
		copy(r.palette[i][:], body[3*i:3*i+3])
	}
	return nil
}

// readTRNS reads what is transparent (PNG third edition, 11.3.1.1).
func (r *Reader) readTRNS(body []byte) error {
	want := map[byte]int{gray: 2, rgb: 6}[r.colourType]
	switch {
	case r.key != nil || r.colourType == palette && !r.hasPalette:
		return errors.New("tRNS out of order")
	case r.colourType == grayAlpha || r.colourType == rgba:
		return errors.New("tRNS of a picture with alpha")
	case r.colourType != palette && len(body) != want, len(body) > 256:
		return fmt.Errorf("tRNS of %d bytes", len(body))
	}
	r.key = append([]byte{}, body...)
	if r.colourType == palette {
		for i, alpha := range body {
			r.palette[i][3] = alpha
		}
	}
	return nil
}
