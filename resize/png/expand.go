package png

import "encoding/binary"

// channels is how many samples a pixel has once it is expanded.
func (r *Reader) channels() int {
	if r.colourType != palette {
		n := r.samples()
		if r.key != nil {
			n++
		}
		return n
	}
	for _, c := range r.palette {
		if c[3] != 255 {
			return 4
		}
	}
	return 3
}

// expand makes pixels of 8 bits a sample of a row as it is stored.
func (r *Reader) expand(dst, src []byte) {
	switch {
	case r.colourType == palette:
		r.lookUp(dst, src)
	case r.depth < 8:
		r.scale(dst, src)
	case r.depth == 16:
		r.round(dst, src)
	default:
		r.copyKeyed(dst, src)
	}
}

// lookUp expands indices.
func (r *Reader) lookUp(dst, src []byte) {
	n := r.Channels
	if r.depth == 8 {
		for i, v := range src {
			copy(dst[i*n:i*n+n], r.palette[v][:n])
		}
		return
	}
	for x := range r.Width {
		copy(dst[x*n:x*n+n], r.palette[bitsAt(src, x, r.depth)][:n])
	}
}

// scale expands gray levels of less than 8 bits to the full range (PNG third
// edition, 13.12), with alpha where there is a key.
func (r *Reader) scale(dst, src []byte) {
	unit := 255 / (1<<r.depth - 1)
	if r.key == nil {
		for x := range r.Width {
			dst[x] = byte(int(bitsAt(src, x, r.depth)) * unit)
		}
		return
	}
	for x := range r.Width {
		v := bitsAt(src, x, r.depth)
		dst[2*x], dst[2*x+1] = byte(int(v)*unit), 255
		if v == r.key[1] {
			dst[2*x+1] = 0
		}
	}
}

// bitsAt is sample x of a row of samples of 1, 2 or 4 bits, the first one in
// the highest bits (PNG third edition, 7.2).
func bitsAt(row []byte, x, depth int) byte {
	at := x * depth
	return row[at/8] >> (8 - depth - at%8) & (1<<depth - 1)
}

// round rounds samples of 16 bits. A key is compared with before.
func (r *Reader) round(dst, src []byte) {
	n := r.samples()
	for len(src) > 0 {
		for c := range n {
			dst[c] = byte((uint32(binary.BigEndian.Uint16(src[2*c:])) + 128) / 257)
		}
		if r.key != nil {
			dst[n] = 255
			if string(src[:2*n]) == string(r.key) {
				dst[n] = 0
			}
		}
		dst, src = dst[r.Channels:], src[2*n:]
	}
}

// copyKeyed adds alpha to samples of 8 bits, of which the key has the lower
// byte of two (PNG third edition, 11.3.1.1).
func (r *Reader) copyKeyed(dst, src []byte) {
	n := r.samples()
	var key [3]byte
	for c := range n {
		key[c] = r.key[2*c+1]
	}
	for len(src) > 0 {
		copy(dst[:n], src[:n])
		dst[n] = 255
		if string(src[:n]) == string(key[:n]) {
			dst[n] = 0
		}
		dst, src = dst[r.Channels:], src[n:]
	}
}
