package pictest

import (
	"cmp"
	"encoding/binary"
	"image"
	"slices"

	"github.com/edgeresize/edgeresize/resize/exif"
)

// WebP returns a WebP of chunks, given in pairs of name and body.
func WebP(chunks ...string) []byte {
	b := []byte("RIFF\x00\x00\x00\x00WEBP")
	for i := 0; i < len(chunks); i += 2 {
		b = append(b, chunks[i]...)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(chunks[i+1])))
		b = append(b, chunks[i+1]...)
		b = append(b, make([]byte, len(chunks[i+1])%2)...)
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// BMPV5 returns a BMP of 32 bits with a BITMAPV5HEADER, followed by a profile.
func BMPV5(img *image.NRGBA, profile []byte) []byte {
	le := binary.LittleEndian
	b := make([]byte, 14+124)
	copy(b, "BM")
	le.PutUint32(b[10:], uint32(len(b)))
	h := b[14:]
	le.PutUint32(h, 124)
	le.PutUint32(h[4:], uint32(img.Rect.Dx()))
	le.PutUint32(h[8:], uint32(-img.Rect.Dy())) // top row first
	le.PutUint16(h[12:], 1)
	le.PutUint16(h[14:], 32)
	le.PutUint32(h[16:], 3) // the bit masks that follow
	le.PutUint32(h[40:], 0xff0000)
	le.PutUint32(h[44:], 0xff00)
	le.PutUint32(h[48:], 0xff)
	le.PutUint32(h[52:], 0xff000000)
	if profile != nil {
		le.PutUint32(h[56:], 0x4d424544)
		le.PutUint32(h[112:], uint32(124+len(img.Pix)))
		le.PutUint32(h[116:], uint32(len(profile)))
	}
	for i := 0; i < len(img.Pix); i += 4 {
		b = append(b, img.Pix[i+2], img.Pix[i+1], img.Pix[i], img.Pix[i+3])
	}
	return append(b, profile...)
}

// RawTIFF returns an uncompressed TIFF of one strip, with the fields more besides those
// that every picture has.
func RawTIFF(order binary.AppendByteOrder, w, h, samples, bits int, pix []byte, more ...TIFFField) []byte {
	short := func(tag uint16, v ...int) TIFFField {
		f := TIFFField{Tag: tag, Type: exif.Short, Count: uint32(len(v))}
		for _, v := range v {
			f.Data = order.AppendUint16(f.Data, uint16(v))
		}
		return f
	}
	long := func(tag uint16, v int) TIFFField {
		return TIFFField{tag, exif.Long, 1, order.AppendUint32(nil, uint32(v))}
	}
	photometric := 1 // black is zero
	depths := []int{bits}
	if samples >= 3 {
		photometric, depths = 2, []int{bits, bits, bits, bits}[:samples]
	}
	fields := append([]TIFFField{
		short(256, w), short(257, h), short(258, depths...), short(259, 1),
		short(262, photometric), long(278, h), long(279, len(pix)),
	}, more...)
	withStrip := func(at int) []byte {
		all := append([]TIFFField{long(273, at)}, fields...)
		slices.SortFunc(all, func(a, b TIFFField) int { return cmp.Compare(a.Tag, b.Tag) })
		return TIFF(order, all)
	}
	at := len(withStrip(0)) // the strip comes last
	return append(withStrip(at), pix...)
}
