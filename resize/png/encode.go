package png

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// Encoder implements [pic.Encoder]: it writes the smallest kind of PNG that holds the
// pixels exactly, with their ICC profile and colour chunks and nothing else. It clears
// the colours of fully transparent pixels, in the raster too.
type Encoder struct{}

// Holds implements [pic.Encoder]: a PNG holds everything that is not too large.
func (Encoder) Holds(r *pic.Raster) bool {
	size := r.Size()
	return size.X <= maxSide && size.Y <= maxSide
}

// Memory implements [pic.Encoder]. It counts the pixels in four samples each; the
// filtered rows and the compressed result in buffers that grow, which are not cut at
// MaxBytes; the file in a buffer that grows, at most 4 bytes a pixel; and the
// compressors that are tried.
func (Encoder) Memory(_ pic.Header, width, height int, b pic.Budget) int64 {
	const compressors = 3 << 20
	area := int64(width) * int64(height)
	return 4*area + 3*b.Bound(4*area) + 20*area + compressors
}

// Encode implements [pic.Encoder].
func (Encoder) Encode(ctx context.Context, kept *pic.Buffers, s pic.Sequence, b pic.Budget) (pic.Encoded, error) {
	r, err := s.First()
	if err != nil {
		return pic.Encoded{}, err
	}
	data, err := encode(ctx, pic.Reuse[packer](kept), r.NRGBA(), r.Colour, b)
	return pic.Encoded{Data: data}, err
}

// encode returns the smallest PNG of those that it tries. It clears the colours of
// fully transparent pixels.
func encode(ctx context.Context, p *packer, img *image.NRGBA, colour pic.Colour, b pic.Budget) ([]byte, error) {
	clearHidden(img)
	var smallest []byte
	for _, k := range kindsOf(img, colour) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		data, err := write(ctx, img, k, colour, p, b.MaxBytes)
		if err != nil && !errors.Is(err, pic.ErrNoFit) {
			return nil, err
		}
		if err == nil && (smallest == nil || len(data) < len(smallest)) {
			smallest = data
		}
	}
	if smallest == nil || !b.Fits(len(smallest)) {
		return nil, pic.ErrNoFit
	}
	return smallest, nil
}

// clearHidden clears the colours of fully transparent pixels.
func clearHidden(img *image.NRGBA) {
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride:][:4*img.Rect.Dx()]
		for i := 0; i < len(row); i += 4 {
			if row[i+3] == 0 {
				clear(row[i : i+3])
			}
		}
	}
}

// write returns a PNG of the given kind, in the order of PNG third edition, 5.6. The
// error is [pic.ErrNoFit] if its pixels or its profile alone take more than maxBytes.
func write(ctx context.Context, img *image.NRGBA, k *kind, colour pic.Colour, p *packer, maxBytes int) ([]byte, error) {
	out := &writer{}
	out.WriteString(signature)
	size := img.Rect.Size()
	header := binary.BigEndian.AppendUint32(nil, uint32(size.X))
	header = binary.BigEndian.AppendUint32(header, uint32(size.Y))
	out.chunk("IHDR", append(header, byte(k.depth), k.colourType, 0, 0, 0))
	out.Write(colour.PNGChunks)
	if colour.Profile != nil {
		packed, err := p.deflate(ctx, colour.Profile, thorough, maxBytes)
		if err != nil {
			return nil, err
		}
		out.chunk("iCCP", append([]byte("icc\x00\x00"), packed...))
	}
	if k.palette != nil {
		out.chunk("PLTE", k.plte())
		if trns := k.trns(); len(trns) > 0 {
			out.chunk("tRNS", trns)
		}
	}
	packed, err := p.pack(ctx, img, k, maxBytes)
	if err != nil {
		return nil, err
	}
	out.chunk("IDAT", packed)
	out.chunk("IEND", nil)
	return out.Bytes(), nil
}

type writer struct{ bytes.Buffer }

// chunk writes a chunk: length, type, body and CRC (PNG third edition, 5.3).
func (w *writer) chunk(kind string, body []byte) {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	w.Write(append(head, kind...))
	w.Write(body)
	sum := crc32.Update(crc32.ChecksumIEEE([]byte(kind)), crc32.IEEETable, body)
	w.Write(binary.BigEndian.AppendUint32(nil, sum))
}
