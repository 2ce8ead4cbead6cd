package vp8l

import (
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"time"
)

// Encoder encodes pictures. The zero value is ready; it keeps its buffers for the
// next picture. It is not for concurrent use.
type Encoder struct {
	pix     []uint32
	plain   []uint32 // transformed pixels
	small   []uint32 // pixels of subimages
	palette palette
	forward forward
	main    coder
	side    coder // for subimages
	out     bitWriter
	effort  *effort
}

// Encode returns img as a stream with its header. It is exact except for the
// colours of fully transparent pixels. Each side is 1 to 16384 pixels. If ctx's
// deadline is near, it spends less effort on saving bytes. The stream is valid
// until the next call. Errors are ctx's, or say that the format does not have the
// size.
func (e *Encoder) Encode(ctx context.Context, img *image.NRGBA) ([]byte, error) {
	width, height := img.Rect.Dx(), img.Rect.Dy()
	if width < 1 || width > maxSide || height < 1 || height > maxSide {
		return nil, fmt.Errorf("vp8l: bad picture size %dx%d", width, height)
	}
	e.pix = sized(e.pix, width*height)
	opaque := true
	for y := range height {
		if !fromBytes(e.pix[y*width:][:width], img.Pix[y*img.Stride:][:4*width]) {
			opaque = false
		}
	}
	w := &e.out
	*w = bitWriter{data: w.data[:0]}
	w.write(signature, 8)
	w.write(uint32(width-1), 14)
	w.write(uint32(height-1), 14)
	if opaque {
		w.write(0, 1)
	} else {
		w.write(1, 1)
	}
	w.write(0, 3) // version
	if err := e.writeImage(ctx, width, height); err != nil {
		return nil, err
	}
	w.finish()
	return w.data, nil
}

// fromBytes sets row to the pixels of src, which are red, green, blue and alpha;
// fully transparent ones become 0. It reports whether all are opaque.
func fromBytes(row []uint32, src []byte) bool {
	done := fromBytesVectors(row, src)
	row, src = row[done:], src[4*done:]
	all := uint32(opaqueBlack)
	for x := range row {
		v := binary.LittleEndian.Uint32(src[4*x:])
		v = v&0xff00ff00 | v>>16&0xff | v<<16&0xff0000
		if v < 1<<24 {
			v = 0
		}
		all &= v
		row[x] = v
	}
	return all == opaqueBlack
}

// EncodeAlpha returns alpha as a stream without a header, for a chunk "ALPH":
// width × height bytes, rows stride apart. All else is as in Encode.
func (e *Encoder) EncodeAlpha(ctx context.Context, alpha []byte, stride, width, height int) ([]byte, error) {
	if width < 1 || width > maxSide || height < 1 || height > maxSide {
		return nil, fmt.Errorf("vp8l: bad alpha size %dx%d", width, height)
	}
	e.pix = sized(e.pix, width*height)
	for y := range height {
		row := e.pix[y*width:][:width]
		for x, v := range alpha[y*stride:][:width] {
			row[x] = opaqueBlack | uint32(v)<<8
		}
	}
	e.out = bitWriter{data: e.out.data[:0]}
	if err := e.writeImage(ctx, width, height); err != nil {
		return nil, err
	}
	e.out.finish()
	return e.out.data, nil
}

// writeImage writes e.pix with its transforms.
func (e *Encoder) writeImage(ctx context.Context, width, height int) error {
	fillLogs()
	start := time.Now()
	way := e.judge(width, e.palette.collect(e.pix))
	e.effort = effortIn(ctx, start)
	if way == indexed {
		return e.writeIndexed(ctx, width)
	}
	e.out.write(1, 1)
	e.out.write(subtractGreen, 2)
	e.plain = sized(e.plain, len(e.pix))
	removeGreen(e.plain, e.pix)
	if way == predict {
		return e.writePredicted(ctx, width, height)
	}
	e.out.write(0, 1)
	return e.main.write(ctx, &e.out, e.plain, width, e.effort, true, &e.side)
}

// writeIndexed writes indices into a palette.
func (e *Encoder) writeIndexed(ctx context.Context, width int) error {
	w := &e.out
	w.write(1, 1)
	w.write(colourIndexing, 2)
	w.write(uint32(len(e.palette.colours)-1), 8)
	e.small = e.palette.differences(e.small)
	if err := e.side.writeSubimage(ctx, w, e.small, len(e.small)); err != nil {
		return err
	}
	w.write(0, 1)
	e.plain = e.palette.index(e.plain, e.pix, width)
	return e.main.write(ctx, w, e.plain, tilesOf(width, bundling(len(e.palette.colours))), e.effort, false, &e.side)
}

// Sizes of tiles, in bits: of those with a prediction mode, and of those with
// colour elements.
const (
	predictionBits = 3
	colourBits     = 4
)

// writePredicted writes the residuals of e.plain after prediction.
func (e *Encoder) writePredicted(ctx context.Context, width, height int) error {
	w := &e.out
	e.forward.predict(e.plain, width, height, predictionBits, e.effort)
	w.write(1, 1)
	w.write(predictor, 2)
	w.write(predictionBits-2, 3)
	across := tilesOf(width, predictionBits)
	if err := e.side.writeSubimage(ctx, w, e.forward.modes, across); err != nil {
		return err
	}
	if e.effort.elements && e.forward.decorrelate(e.forward.out, width, height, colourBits) {
		w.write(1, 1)
		w.write(colour, 2)
		w.write(colourBits-2, 3)
		if err := e.side.writeSubimage(ctx, w, e.forward.elements, tilesOf(width, colourBits)); err != nil {
			return err
		}
	}
	w.write(0, 1)
	// The residuals of a photograph repeat only by chance, except near by.
	left := *e.effort
	left.tries = 0
	return e.main.write(ctx, w, e.forward.out, width, &left, true, &e.side)
}
