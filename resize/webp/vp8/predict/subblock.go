package predict

import (
	"encoding/binary"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// PredictSub predicts the 4 × 4 samples of a block, numbered row by row, by a
// mode of 4 × 4: RFC 6386 section 12.3. l must hold the samples around the block.
func (l *Luma) PredictSub(block, mode int) {
	at := LumaAt + block>>2*4*Stride + block&3*4
	b := (*around)(l[at-Stride-1:])
	above, column, edge := b.edges()
	var row0, row1, row2, row3 uint32
	switch mode {
	case tables.SubTM:
		if !b.vectorTrueMotion() {
			b.trueMotion(b[Stride+1:], Stride)
		}
		return
	case tables.SubDC:
		row0 = uint32((sum4(above)+sum4(column)+4)>>3) * all
		row1, row2, row3 = row0, row0, row0
	case tables.SubVE:
		row0 = uint32(smooth(uint64(b[0])|above<<8, above, above>>8))
		row1, row2, row3 = row0, row0, row0
	case tables.SubHE:
		s := smooth(column<<8|column&0xff, column, edge>>8)
		row0, row1, row2, row3 = uint32(s>>24&0xff)*all, uint32(s>>16&0xff)*all, uint32(s>>8&0xff)*all, uint32(s&0xff)*all
	case tables.SubLD:
		s := smooth(above, above>>8, above>>16|above>>56<<48)
		row0, row1, row2, row3 = uint32(s), uint32(s>>8), uint32(s>>16), uint32(s>>24)
	case tables.SubRD:
		s := smooth(edge, edge>>8|above>>24<<56, edge>>16|above>>24<<48)
		row0, row1, row2, row3 = uint32(s>>24), uint32(s>>16), uint32(s>>8), uint32(s)
	case tables.SubVR:
		s := smooth(edge, edge>>8|above>>24<<56, edge>>16|above>>24<<48)
		m := middle(edge, edge>>8|above>>24<<56)
		row0, row1 = uint32(m>>32), uint32(s>>24)
		row2, row3 = row0<<8|uint32(s>>16&0xff), row1<<8|uint32(s>>8&0xff)
	case tables.SubVL:
		s := smooth(above, above>>8, above>>16)
		m := middle(above, above>>8)
		row0, row1 = uint32(m), uint32(s)
		row2 = uint32(m>>8)&0xff_ffff | uint32(s>>32)<<24
		row3 = uint32(s>>8)&0xff_ffff | uint32(s>>40)<<24
	case tables.SubHD:
		s := smooth(edge, edge>>8|above>>24<<56, edge>>16|above>>24<<48)
		both := interleave(uint32(middle(edge, edge>>8)), uint32(s))
		row0, row1, row2, row3 = uint32(both>>48)|uint32(s>>32)<<16, uint32(both>>32), uint32(both>>16), uint32(both)
	default: // SubHU
		// The column from the top down; its last sample is repeated.
		down := uint64(b[Stride]) | uint64(b[2*Stride])<<8 | uint64(b[3*Stride])<<16 | uint64(b[4*Stride])*all<<24
		both := interleave(uint32(middle(down, down>>8)), uint32(smooth(down, down>>8, down>>16)))
		row0, row1, row2 = uint32(both), uint32(both>>16), uint32(both>>32)
		row3 = uint32(b[4*Stride]) * all
	}
	binary.LittleEndian.PutUint32(b[Stride+1:], row0)
	binary.LittleEndian.PutUint32(b[2*Stride+1:], row1)
	binary.LittleEndian.PutUint32(b[3*Stride+1:], row2)
	binary.LittleEndian.PutUint32(b[4*Stride+1:], row3)
}

// around is 4 × 4 samples and those around them, from the corner on.
type around [4*Stride + 5]uint8

// edges returns the samples around as bytes of numbers, the first in the lowest
// byte: above those above and to the right; column those to the left, from below;
// edge all of them from the lower left over the corner, at byte 4, to the right.
func (b *around) edges() (above, column, edge uint64) {
	above = binary.LittleEndian.Uint64(b[1:])
	column = uint64(b[4*Stride]) | uint64(b[3*Stride])<<8 | uint64(b[2*Stride])<<16 | uint64(b[Stride])<<24
	return above, column, column | uint64(b[0])<<32 | above<<40
}

// trueMotion predicts 4 × 4 samples by the difference between the left column and
// the corner, and stores them in to, with rows stride apart.
func (b *around) trueMotion(to []uint8, stride int) {
	corner := int(b[0])
	a0, a1, a2, a3 := int(b[1]), int(b[2]), int(b[3]), int(b[4])
	for y := range 4 {
		row := to[y*stride : y*stride+4 : y*stride+4]
		difference := int(b[(y+1)*Stride]) - corner
		row[0] = uint8(min(255, max(0, a0+difference)))
		row[1] = uint8(min(255, max(0, a1+difference)))
		row[2] = uint8(min(255, max(0, a2+difference)))
		row[3] = uint8(min(255, max(0, a3+difference)))
	}
}

// all repeats a byte four times when multiplied.
const all = 0x0101_0101

// sum4 returns the sum of the lowest four bytes.
func sum4(v uint64) uint64 {
	v = v&0x00ff_00ff + v>>8&0x00ff_00ff
	return (v + v>>16) & 0xffff
}

// notLowest masks out the lowest bit of each byte.
const notLowest = 0xfefe_fefe_fefe_fefe

// middle returns (x + y + 1) / 2 for each byte.
func middle(x, y uint64) uint64 { return (x | y) - (x^y)&notLowest>>1 }

// smooth returns (x + 2y + z + 2) / 4 for each byte.
func smooth(x, y, z uint64) uint64 { return middle(x&z+(x^z)&notLowest>>1, y) }

// interleave returns the bytes of x and y in turn.
func interleave(x, y uint32) uint64 {
	spread := func(v uint64) uint64 {
		v = (v | v<<16) & 0x0000_ffff_0000_ffff
		return (v | v<<8) & 0x00ff_00ff_00ff_00ff
	}
	return spread(uint64(x)) | spread(uint64(y))<<8
}
