package png

import "encoding/binary"

// countChannels returns how many samples an expanded pixel has.
func (l *layout) countChannels() int {
	if l.colourType != palette {
		n := samples(l.colourType)
		if l.key != nil {
			n++
		}
		return n
	}
	for _, c := range l.palette {
		if c[3] != 255 {
			return 4
		}
	}
	return 3
}

// expand converts a row as stored to pixels of 8 bits a sample, which fill dst.
func (l *layout) expand(dst, src []byte) {
	switch {
	case l.colourType == palette:
		l.lookUp(dst, src)
	case l.depth < 8:
		l.scale(dst, src)
	case l.depth == 16:
		l.round(dst, src)
	default:
		l.copyKeyed(dst, src)
	}
}

// lookUp expands palette indices.
func (l *layout) lookUp(dst, src []byte) {
	n := l.channels
	if l.depth == 8 {
		for i, v := range src {
			copy(dst[i*n:i*n+n], l.palette[v][:n])
		}
		return
	}
	for x := range len(dst) / n {
		copy(dst[x*n:x*n+n], l.palette[bitsAt(src, x, l.depth)][:n])
	}
}

// scale expands gray levels of less than 8 bits to the full range (PNG third edition,
// 13.12), with alpha if there is a key.
func (l *layout) scale(dst, src []byte) {
	unit := 255 / (1<<l.depth - 1)
	if l.key == nil {
		for x := range dst {
			dst[x] = byte(int(bitsAt(src, x, l.depth)) * unit)
		}
		return
	}
	for x := range len(dst) / 2 {
		v := bitsAt(src, x, l.depth)
		dst[2*x], dst[2*x+1] = byte(int(v)*unit), 255
		if v == l.key[1] {
			dst[2*x+1] = 0
		}
	}
}

// bitsAt returns sample x of a row of samples of 1, 2 or 4 bits, the first one in the
// highest bits (PNG third edition, 7.2).
func bitsAt(row []byte, x, depth int) byte {
	at := x * depth
	return row[at/8] >> (8 - depth - at%8) & (1<<depth - 1)
}

// round rounds samples of 16 bits. It compares with the key before that.
func (l *layout) round(dst, src []byte) {
	n := samples(l.colourType)
	for len(src) > 0 {
		for c := range n {
			dst[c] = byte((uint32(binary.BigEndian.Uint16(src[2*c:])) + 128) / 257)
		}
		if l.key != nil {
			dst[n] = 255
			if string(src[:2*n]) == string(l.key) {
				dst[n] = 0
			}
		}
		dst, src = dst[l.channels:], src[2*n:]
	}
}

// copyKeyed adds alpha to samples of 8 bits. The key has each in the lower byte of two
// (PNG third edition, 11.3.1.1).
func (l *layout) copyKeyed(dst, src []byte) {
	n := samples(l.colourType)
	var key [3]byte
	for c := range n {
		key[c] = l.key[2*c+1]
	}
	for len(src) > 0 {
		copy(dst[:n], src[:n])
		dst[n] = 255
		if string(src[:n]) == string(key[:n]) {
			dst[n] = 0
		}
		dst, src = dst[l.channels:], src[n:]
	}
}
