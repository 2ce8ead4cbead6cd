package resize

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
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
	var smallest []byte
	for _, k := range pngKinds(img, s) {
		data, err := writePNG(ctx, img, k, s, maxBytes)
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
func writePNG(ctx context.Context, img *image.NRGBA, k *pngKind, s *still, maxBytes int) ([]byte, error) {
	out := &pngWriter{}
	out.WriteString(pngSignature)
	size := img.Rect.Size()
	header := binary.BigEndian.AppendUint32(nil, uint32(size.X))
	header = binary.BigEndian.AppendUint32(header, uint32(size.Y))
	out.chunk("IHDR", append(header, byte(k.depth), k.colourType, 0, 0, 0))
	out.Write(s.pngColour)
	if s.profile != nil {
		packed, err := deflate(ctx, s.profile, searchLevel, maxBytes)
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
	packed, err := packRows(ctx, filterRows(img, k), maxBytes)
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

// filterRows is the rows of img in kind k, each behind the number of the
// filter that makes it smallest by the sum of absolute differences, as the PNG
// specification advises (third edition, 12.7): none for indices and for
// samples of less than a byte.
func filterRows(img *image.NRGBA, k *pngKind) []byte {
	size := img.Rect.Size()
	rowBytes := (size.X*k.samples()*k.depth + 7) / 8
	out := make([]byte, 0, size.Y*(rowBytes+1))
	row, above := make([]byte, rowBytes), make([]byte, rowBytes)
	try, least := make([]byte, rowBytes), make([]byte, rowBytes)
	for y := range size.Y {
		k.pack(row, img.Pix[y*img.Stride:][:4*size.X])
		if k.palette != nil || k.depth < 8 {
			out = append(append(out, 0), row...)
			continue
		}
		best, bestSum := byte(0), absSum(row)
		copy(least, row)
		for f := byte(1); f <= 4; f++ {
			filterRow(f, try, row, above, k.samples())
			if sum := absSum(try); sum < bestSum {
				best, bestSum = f, sum
				try, least = least, try
			}
		}
		out = append(append(out, best), least...)
		row, above = above, row
	}
	return out
}

// absSum is the sum of bytes taken as signed differences.
func absSum(row []byte) int {
	sum := 0
	for _, b := range row {
		d := int(int8(b))
		sum += max(d, -d)
	}
	return sum
}

// filterRow applies filter f, 1 to 4, to a row of bpp bytes a pixel (PNG third
// edition, 9.2). What is left of the first pixel counts as 0.
func filterRow(f byte, dst, row, above []byte, bpp int) {
	dst, above = dst[:len(row)], above[:len(row)]
	left, corner := row[:len(row)-bpp], above[:len(row)-bpp]
	switch f {
	case 1:
		copy(dst, row[:bpp])
		for i, l := range left {
			dst[i+bpp] = row[i+bpp] - l
		}
	case 2:
		for i, v := range row {
			dst[i] = v - above[i]
		}
	case 3:
		for i, v := range row[:bpp] {
			dst[i] = v - above[i]/2
		}
		for i, l := range left {
			dst[i+bpp] = row[i+bpp] - byte((int(l)+int(above[i+bpp]))/2)
		}
	case 4:
		for i, v := range row[:bpp] {
			dst[i] = v - above[i]
		}
		for i, l := range left {
			dst[i+bpp] = row[i+bpp] - paeth(l, above[i+bpp], corner[i])
		}
	}
}

// paeth is the neighbour nearest to left + above - corner (PNG third edition,
// 9.4).
func paeth(left, above, corner byte) byte {
	pa := int(above) - int(corner)
	pb := int(left) - int(corner)
	pc := max(pa+pb, -pa-pb)
	pa, pb = max(pa, -pa), max(pb, -pb)
	if pa <= pb && pa <= pc {
		return left
	}
	if pb <= pc {
		return above
	}
	return corner
}
