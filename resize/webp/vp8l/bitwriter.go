package vp8l

import "encoding/binary"

// bitWriter writes bits, the least significant of a byte first.
type bitWriter struct {
	data []byte
	bits uint64
	n    uint
}

// write writes the lowest n bits of v, at most 32; the bits above must be 0.
func (w *bitWriter) write(v uint32, n uint) {
	w.bits |= uint64(v) << w.n
	w.n += n
	if w.n >= 32 {
		w.data = binary.LittleEndian.AppendUint32(w.data, uint32(w.bits))
		w.bits >>= 32
		w.n -= 32
	}
}

// finish writes the rest of the last byte.
func (w *bitWriter) finish() {
	for ; w.n > 0; w.n -= min(8, w.n) {
		w.data = append(w.data, byte(w.bits))
		w.bits >>= 8
	}
}
