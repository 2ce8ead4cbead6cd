package avif

import "encoding/binary"

// boxes writes nested boxes (14496-12, 4.2).
type boxes struct{ out []byte }

// begin begins a box of a kind and returns its offset, for end.
func (b *boxes) begin(kind string) int {
	at := len(b.out)
	b.uint32(0)
	b.text(kind)
	return at
}

// beginFull begins a box with a version and flags and returns its offset, for end.
func (b *boxes) beginFull(kind string, version byte, flags int) int {
	at := b.begin(kind)
	b.uint32(int(version)<<24 | flags)
	return at
}

// end ends the box at offset at by writing its length.
func (b *boxes) end(at int) {
	binary.BigEndian.PutUint32(b.out[at:], uint32(len(b.out)-at))
}

// full writes a box with a version, flags and a body.
func (b *boxes) full(kind string, version byte, flags int, body ...byte) {
	at := b.beginFull(kind, version, flags)
	b.bytes(body...)
	b.end(at)
}

// patch overwrites the 4 bytes at offset at with the length written so far.
func (b *boxes) patch(at int) {
	binary.BigEndian.PutUint32(b.out[at:], uint32(len(b.out)))
}

func (b *boxes) text(s string)   { b.out = append(b.out, s...) }
func (b *boxes) bytes(v ...byte) { b.out = append(b.out, v...) }
func (b *boxes) uint16(v int)    { b.out = binary.BigEndian.AppendUint16(b.out, uint16(v)) }
func (b *boxes) uint32(v int)    { b.out = binary.BigEndian.AppendUint32(b.out, uint32(v)) }
