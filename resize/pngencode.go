package resize

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"

	"github.com/edgeresize/edgeresize/resize/png"
)

// Colour types of a PNG (PNG third edition, 11.2.1).
const (
	pngGray      = 0
	pngRGB       = 2
	pngPalette   = 3
	pngGrayAlpha = 4
	pngRGBA      = 6
)

// encodePNG writes upright NRGBA pixels as the smallest kind of PNG that holds
// them exactly, with their ICC profile and colour chunks and nothing else; what
// colours transparent pixels hide is left out. The error is ErrNoFit where that
// takes more than maxBytes; 0 is no limit.
func encodePNG(ctx context.Context, s *still, maxBytes int) ([]byte, error) {
	img, ok := s.pixels.(*image.NRGBA)
	if !ok {
		return nil, fmt.Errorf("resize: PNG of %T", s.pixels)
	}
	clearHidden(img)
	p := newPacker()
	var smallest []byte
	for _, k := range pngKinds(img, s) {
		data, err := writePNG(ctx, img, k, s, p, maxBytes)
		if err != nil && !errors.Is(err, ErrNoFit) {
			return nil, err
		}
		if err == nil && (smallest == nil || len(data) < len(smallest)) {
			smallest = data
		}
	}
	if smallest == nil || maxBytes > 0 && len(smallest) > maxBytes {
		return nil, ErrNoFit
	}
	return smallest, nil
}

// clearHidden takes away the colour of pixels that are fully transparent.
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

// writePNG is a PNG of the given kind, in the order of PNG third edition, 5.6.
// The error is ErrNoFit where its pixels alone take more than maxBytes.
func writePNG(ctx context.Context, img *image.NRGBA, k *pngKind, s *still, p *packer, maxBytes int) ([]byte, error) {
	out := &pngWriter{}
	out.WriteString(pngSignature)
	size := img.Rect.Size()
	header := binary.BigEndian.AppendUint32(nil, uint32(size.X))
	header = binary.BigEndian.AppendUint32(header, uint32(size.Y))
	out.chunk("IHDR", append(header, byte(k.depth), k.colourType, 0, 0, 0))
	out.Write(s.pngColour)
	if s.profile != nil {
		packed, err := p.deflate(ctx, s.profile, searchLevel, maxBytes)
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
	packed, err := p.rows(ctx, filterRows(img, k), maxBytes)
	if err != nil {
		return nil, err
	}
	out.chunk("IDAT", packed)
	out.chunk("IEND", nil)
	return out.Bytes(), nil
}

type pngWriter struct{ bytes.Buffer }

// chunk writes a chunk: length, type, body and CRC (PNG third edition, 5.3).
func (w *pngWriter) chunk(kind string, body []byte) {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	w.Write(append(head, kind...))
	w.Write(body)
	sum := crc32.Update(crc32.ChecksumIEEE([]byte(kind)), crc32.IEEETable, body)
	w.Write(binary.BigEndian.AppendUint32(nil, sum))
}

// filterRows is the rows of img in kind k, each behind the number of its filter:
// none for indices and for samples of less than a byte, as the PNG specification
// advises (third edition, 12.7).
func filterRows(img *image.NRGBA, k *pngKind) []byte {
	size := img.Rect.Size()
	rowBytes := (size.X*k.samples()*k.depth + 7) / 8
	out := make([]byte, 0, size.Y*(rowBytes+1))
	row, above := make([]byte, rowBytes), make([]byte, rowBytes)
	filterer := png.NewFilterer(rowBytes, k.samples())
	for y := range size.Y {
		k.pack(row, img.Pix[y*img.Stride:][:4*size.X])
		if k.palette != nil || k.depth < 8 {
			out = append(append(out, 0), row...)
			continue
		}
		out = filterer.Append(out, row, above)
		row, above = above, row
	}
	return out
}
