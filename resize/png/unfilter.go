package png

import (
	"encoding/binary"
	"errors"
)

// unfilter reverses filter: it writes the unfiltered bytes of src to dst. above is the
// row above, and bpp the bytes a pixel, or 1 if pixels are smaller (PNG third edition,
// 9.2). dst and above are as long as src, which is not empty.
func unfilter(filter byte, dst, src, above []byte, bpp int) error {
	if done := unfilterVectors(filter, dst, src, above, bpp); done > 0 {
		unfilterRest(filter, dst, src, above, bpp, done)
		return nil
	}
	switch filter {
	case filterNone:
		copy(dst, src)
	case filterSub:
		unfilterSub(dst, src, bpp)
	case filterUp:
		unfilterUp(dst, src, above)
	case filterAverage:
		unfilterAverage(dst, src, above, bpp)
	case filterPaeth:
		unfilterPaeth(dst, src, above, bpp)
	default:
		return errors.New("bad filter type")
	}
	return nil
}

// unfilterRest does what unfilter does for src[from:], which begins after the first
// pixel.
func unfilterRest(filter byte, dst, src, above []byte, bpp, from int) {
	for i := from; i < len(src); i++ {
		left, up, corner := int(dst[i-bpp]), int(above[i]), int(above[i-bpp])
		switch filter {
		case filterSub:
			dst[i] = src[i] + dst[i-bpp]
		case filterUp:
			dst[i] = src[i] + above[i]
		case filterAverage:
			dst[i] = src[i] + byte((left+up)/2)
		case filterPaeth:
			dst[i] = src[i] + byte(paeth(left, up, corner))
		}
	}
}

// unfilterUp adds eight bytes at a time: the lower seven bits of each, without a carry
// to the next, and the highest by exclusive or.
func unfilterUp(dst, src, above []byte) {
	const low = 0x7f7f7f7f_7f7f7f7f
	for len(src) >= 8 {
		a, b := binary.LittleEndian.Uint64(src), binary.LittleEndian.Uint64(above)
		binary.LittleEndian.PutUint64(dst, (a&low+b&low)^(a^b)&^low)
		dst, src, above = dst[8:], src[8:], above[8:]
	}
	for i, v := range src {
		dst[i] = v + above[i]
	}
}

func unfilterSub(dst, src []byte, bpp int) {
	switch bpp {
	case 1:
		var v byte
		for i, s := range src {
			v += s
			dst[i] = v
		}
		return
	case 3:
		var r, g, b byte
		for i := 0; i+3 <= len(src) && i+3 <= len(dst); i += 3 {
			s, d := src[i:i+3], dst[i:i+3]
			r, g, b = r+s[0], g+s[1], b+s[2]
			d[0], d[1], d[2] = r, g, b
		}
		return
	case 4:
		var p uint32
		const even = 0x00ff00ff
		for i := 0; i+4 <= len(src) && i+4 <= len(dst); i += 4 {
			s := binary.LittleEndian.Uint32(src[i:])
			p = (p&even+s&even)&even | (p&^even+s&^even)&^even
			binary.LittleEndian.PutUint32(dst[i:], p)
		}
		return
	}
	copy(dst[:bpp], src)
	for i := bpp; i < len(src); i++ {
		dst[i] = src[i] + dst[i-bpp]
	}
}

func unfilterAverage(dst, src, above []byte, bpp int) {
	switch bpp {
	case 1:
		var v byte
		for i, s := range src {
			v = s + byte((int(v)+int(above[i]))/2)
			dst[i] = v
		}
		return
	case 3:
		var r, g, b byte
		for i := 0; i+3 <= len(src) && i+3 <= len(dst) && i+3 <= len(above); i += 3 {
			s, d, a := src[i:i+3], dst[i:i+3], above[i:i+3]
			r = s[0] + byte((int(r)+int(a[0]))/2)
			g = s[1] + byte((int(g)+int(a[1]))/2)
			b = s[2] + byte((int(b)+int(a[2]))/2)
			d[0], d[1], d[2] = r, g, b
		}
		return
	}
	for i := range bpp {
		dst[i] = src[i] + above[i]/2
	}
	for i := bpp; i < len(src); i++ {
		dst[i] = src[i] + byte((int(dst[i-bpp])+int(above[i]))/2)
	}
}

// unfilterPaeth processes the samples of a pixel in parallel if there are three or
// four, since they do not depend on one another.
func unfilterPaeth(dst, src, above []byte, bpp int) {
	switch bpp {
	case 1:
		var v, corner int
		for i, s := range src {
			a := int(above[i])
			v = (paeth(v, a, corner) + int(s)) & 0xff
			corner = a
			dst[i] = byte(v)
		}
	case 3:
		paethRGB(dst, src, above)
	case 4:
		paethRGBA(dst, src, above)
	default:
		for i := range bpp {
			dst[i] = src[i] + above[i]
		}
		for i := bpp; i < len(src); i++ {
			dst[i] = src[i] + byte(paeth(int(dst[i-bpp]), int(above[i]), int(above[i-bpp])))
		}
	}
}

func paethRGB(dst, src, above []byte) {
	var r, g, b, cr, cg, cb int // left and above left
	for i := 0; i+3 <= len(src) && i+3 <= len(dst) && i+3 <= len(above); i += 3 {
		s, d, a := src[i:i+3], dst[i:i+3], above[i:i+3]
		ar, ag, ab := int(a[0]), int(a[1]), int(a[2])
		r = (paeth(r, ar, cr) + int(s[0])) & 0xff
		g = (paeth(g, ag, cg) + int(s[1])) & 0xff
		b = (paeth(b, ab, cb) + int(s[2])) & 0xff
		cr, cg, cb = ar, ag, ab
		d[0], d[1], d[2] = byte(r), byte(g), byte(b)
	}
}

func paethRGBA(dst, src, above []byte) {
	var r, g, b, a, cr, cg, cb, ca int // left and above left
	for i := 0; i+4 <= len(src) && i+4 <= len(dst) && i+4 <= len(above); i += 4 {
		s, d, u := src[i:i+4], dst[i:i+4], above[i:i+4]
		ur, ug, ub, ua := int(u[0]), int(u[1]), int(u[2]), int(u[3])
		r = (paeth(r, ur, cr) + int(s[0])) & 0xff
		g = (paeth(g, ug, cg) + int(s[1])) & 0xff
		b = (paeth(b, ub, cb) + int(s[2])) & 0xff
		a = (paeth(a, ua, ca) + int(s[3])) & 0xff
		cr, cg, cb, ca = ur, ug, ub, ua
		d[0], d[1], d[2], d[3] = byte(r), byte(g), byte(b), byte(a)
	}
}
