package webp

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/edgeresize/edgeresize/resize/webp/vp8l"
)

// Values in the first byte of an ALPH chunk, RFC 9649 section 2.7.1.2.
const (
	alphaRaw      = 0 // compression, the lowest two bits
	alphaLossless = 1

	alphaHorizontal = 1 // filter, the two bits above
	alphaVertical   = 2
	alphaGradient   = 3
)

// decodeAlpha decodes an ALPH chunk of a picture of width × height to a byte a
// pixel. chunk must not be empty.
func decodeAlpha(ctx context.Context, d *vp8l.Decoder, chunk []byte, width, height int) ([]uint8, error) {
	how, data := chunk[0], chunk[1:]
	var alpha []uint8
	switch how & 3 {
	case alphaRaw:
		if len(data) < width*height {
			return nil, io.ErrUnexpectedEOF
		}
		alpha = bytes.Clone(data[:width*height])
	case alphaLossless:
		var err error
		if alpha, err = losslessGreen(ctx, d, data, width, height); err != nil {
			return nil, err
		}
	default:
		return nil, errors.New("alpha has an unknown compression")
	}
	unfilterAlpha(alpha, width, how>>2&3)
	return alpha, nil
}

// losslessGreen decodes a lossless image without a header and returns its green
// samples, a byte a pixel.
func losslessGreen(ctx context.Context, d *vp8l.Decoder, data []byte, width, height int) ([]uint8, error) {
	defer d.Close()
	if err := d.OpenAlpha(data, width, height); err != nil {
		return nil, err
	}
	green := make([]uint8, width*height)
	for y := range height {
		row, err := d.NextAlpha(ctx)
		if err != nil {
			return nil, err
		}
		copy(green[y*width:], row)
	}
	return green, nil
}

// unfilterAlpha adds to each value its prediction, RFC 9649 section 2.7.1.2. With
// any filter, the first row is predicted from the left and the first column from
// above.
func unfilterAlpha(alpha []uint8, width int, filter byte) {
	if filter == 0 {
		return
	}
	for x := 1; x < width; x++ {
		alpha[x] += alpha[x-1]
	}
	for at := width; at < len(alpha); at += width {
		above, row := alpha[at-width:at:at], alpha[at:at+width:at+width]
		row[0] += above[0]
		switch filter {
		case alphaHorizontal:
			for x := 1; x < len(row); x++ {
				row[x] += row[x-1]
			}
		case alphaVertical:
			for x := 1; x < len(row); x++ {
				row[x] += above[x]
			}
		case alphaGradient:
			for x := 1; x < len(row); x++ {
				row[x] += uint8(min(255, max(0, int(row[x-1])+int(above[x])-int(above[x-1]))))
			}
		}
	}
}
