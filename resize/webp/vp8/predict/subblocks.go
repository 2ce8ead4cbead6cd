package predict

import (
	"encoding/binary"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// Subs holds predictions of 4 × 4 samples by all modes of 4 × 4, four modes side
// by side: row y of mode m is the 4 samples from 16y + m%4*4 on of Subs[m/4].
type Subs [3][64]uint8

// PredictSubs stores in to what PredictSub predicts for a block by each mode. It does
// not change the block's own samples.
func (l *Luma) PredictSubs(block int, to *Subs) {
	at := LumaAt + block>>2*4*Stride + block&3*4
	b := (*around)(l[at-Stride-1:])
	above, column, edge := b.edges()
	top := above >> 24 // what follows edge

	dc := uint32(sum4(above)+sum4(column)+4) >> 3 * all
	vertical := uint32(smooth(uint64(b[0])|above<<8, above, above>>8))
	horizontal := smooth(column<<8|column&0xff, column, edge>>8)
	first := &to[0]
	b.trueMotion(first[tables.SubTM*4:], 16)
	for y := range 4 {
		row := first[16*y : 16*y+16 : 16*y+16]
		binary.LittleEndian.PutUint32(row, dc)
		binary.LittleEndian.PutUint32(row[8:], vertical)
		binary.LittleEndian.PutUint32(row[12:], uint32(horizontal>>(24-8*y)&0xff)*all)
	}

	down := smooth(above, above>>8, above>>16|above>>56<<48) // SubLD
	right := smooth(edge, edge>>8|top<<56, edge>>16|top<<48) // SubRD, SubVR, SubHD
	between := middle(edge, edge>>8|top<<56)
	left, leftBetween := smooth(above, above>>8, above>>16), middle(above, above>>8) // SubVL
	vr0, vr1 := uint32(between>>32), uint32(right>>24)
	second := &to[1]
	putRow(second[:], uint32(down), uint32(right>>24), vr0, uint32(leftBetween))
	putRow(second[16:], uint32(down>>8), uint32(right>>16), vr1, uint32(left))
	putRow(second[32:], uint32(down>>16), uint32(right>>8), vr0<<8|uint32(right>>16&0xff),
		uint32(leftBetween>>8)&0xff_ffff|uint32(left>>32)<<24)
	putRow(second[48:], uint32(down>>24), uint32(right), vr1<<8|uint32(right>>8&0xff),
		uint32(left>>8)&0xff_ffff|uint32(left>>40)<<24)

	hd := interleave(uint32(between), uint32(right))
	lowest := uint64(b[4*Stride])
	sides := uint64(b[Stride]) | uint64(b[2*Stride])<<8 | uint64(b[3*Stride])<<16 | lowest*all<<24 // from the top down
	hu := interleave(uint32(middle(sides, sides>>8)), uint32(smooth(sides, sides>>8, sides>>16)))
	third := &to[2]
	putPair(third[:], uint32(hd>>48)|uint32(right>>32)<<16, uint32(hu))
	putPair(third[16:], uint32(hd>>32), uint32(hu>>16))
	putPair(third[32:], uint32(hd>>16), uint32(hu>>32))
	putPair(third[48:], uint32(hd), uint32(lowest)*all)
}

// putRow stores a row of 4 samples for each of four modes.
func putRow(to []uint8, a, b, c, d uint32) {
	putPair(to, a, b)
	putPair(to[8:], c, d)
}

// putPair stores a row of 4 samples for each of two modes.
func putPair(to []uint8, a, b uint32) {
	binary.LittleEndian.PutUint64(to, uint64(a)|uint64(b)<<32)
}
