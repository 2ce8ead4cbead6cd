package av1

import "github.com/edgeresize/edgeresize/resize/avif/av1/tables"

// distributions are the cumulative distributions of a tile. Each is as the specification
// has it: ascending to 1<<15, then a count. Transform sizes are 0 to 3 for 4 to 32
// samples; block sizes are 0 to 3 for 8 to 64.
type distributions struct {
	yMode     [5][5][14]uint16
	uvMode    [13][15]uint16
	angle     [8][8]uint16
	partition [4][4][11]uint16 // for blocks of 8 the first five only
	txDepth   [3][3][4]uint16  // for blocks of 8 the first three only
	skip      [3][3]uint16
	deltaQ    [5]uint16
	txType7   [2][13][8]uint16
	txType5   [3][13][6]uint16
	cflSigns  [9]uint16
	cflAlpha  [6][17]uint16

	paletteUsed   [3][3][3]uint16
	paletteUsedUV [2][3]uint16
	paletteSize   [3][8]uint16
	colour        [maxColours - 1][5][maxColours + 1]uint16 // for n = 2 to 4 colours the first n only

	allZero  [4][13][3]uint16
	eob      [4][2][12]uint16 // by transform size, of 6, 8, 10 and 12
	eobExtra [4][2][9][3]uint16
	dcSign   [2][3][3]uint16
	lastBase [4][2][4][4]uint16
	base     [4][2][42][5]uint16
	more     [4][2][21][5]uint16 // coeff_br
}

// reset sets d to a tile's initial distributions ("init_non_coeff_cdfs",
// "init_coeff_cdfs"). Those of coefficients depend on quantiser, the base_q_idx.
func (d *distributions) reset(quantiser int) {
	d.yMode = tables.IntraFrameYModeCdf
	d.uvMode = tables.UvModeCflAllowedCdf
	d.angle = tables.AngleDeltaCdf
	for i := range 4 {
		copy(d.partition[0][i][:], tables.PartitionW8Cdf[i][:])
	}
	d.partition[1] = tables.PartitionW16Cdf
	d.partition[2] = tables.PartitionW32Cdf
	d.partition[3] = tables.PartitionW64Cdf
	for i := range 3 {
		copy(d.txDepth[0][i][:], tables.Tx8x8Cdf[i][:])
	}
	d.txDepth[1] = tables.Tx16x16Cdf
	d.txDepth[2] = tables.Tx32x32Cdf
	d.skip = tables.SkipCdf
	d.deltaQ = tables.DeltaQCdf
	d.txType7 = tables.IntraTxTypeSet1Cdf
	d.txType5 = tables.IntraTxTypeSet2Cdf
	d.cflSigns = tables.CflSignCdf
	d.cflAlpha = tables.CflAlphaCdf
	d.resetPalettes()

	set := 3
	switch {
	case quantiser <= 20:
		set = 0
	case quantiser <= 60:
		set = 1
	case quantiser <= 120:
		set = 2
	}
	d.allZero = tables.TxbSkipCdf[set]
	for plane := range 2 {
		copy(d.eob[0][plane][:], tables.EobPt16Cdf[set][plane][0][:])
		copy(d.eob[1][plane][:], tables.EobPt64Cdf[set][plane][0][:])
		copy(d.eob[2][plane][:], tables.EobPt256Cdf[set][plane][0][:])
		d.eob[3][plane] = tables.EobPt1024Cdf[set][plane]
	}
	d.eobExtra = tables.EobExtraCdf[set]
	d.dcSign = tables.DcSignCdf[set]
	d.lastBase = tables.CoeffBaseEobCdf[set]
	d.base = tables.CoeffBaseCdf[set]
	d.more = tables.CoeffBrCdf[set]
}

// resetPalettes resets the distributions of palettes. Their contexts by block size are
// sums of the logarithms of its width and height.
func (d *distributions) resetPalettes() {
	for size := range d.paletteUsed {
		d.paletteUsed[size] = tables.PaletteYModeCdf[2*size]
		d.paletteSize[size] = tables.PaletteYSizeCdf[2*size]
	}
	d.paletteUsedUV = tables.PaletteUvModeCdf
	for ctx := range d.colour[0] {
		copy(d.colour[0][ctx][:], tables.PaletteSize2YColorCdf[ctx][:])
		copy(d.colour[1][ctx][:], tables.PaletteSize3YColorCdf[ctx][:])
		copy(d.colour[2][ctx][:], tables.PaletteSize4YColorCdf[ctx][:])
	}
}

// partitionOf returns the distribution of partition for a block size.
func (d *distributions) partitionOf(size, ctx int) []uint16 {
	if size == 0 {
		return d.partition[0][ctx][:5]
	}
	return d.partition[size][ctx][:]
}

// txDepthOf returns the distribution of tx_depth for a block size.
func (d *distributions) txDepthOf(size, ctx int) []uint16 {
	if size == 0 {
		return d.txDepth[0][ctx][:3]
	}
	return d.txDepth[size][ctx][:]
}

// eobOf returns the distribution of eob_pt for a transform size.
func (d *distributions) eobOf(size, plane int) []uint16 {
	return d.eob[size][plane][:6+2*size]
}
