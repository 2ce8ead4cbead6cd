package av1

import (
	"math"
	"math/bits"
)

// lambda is the price of a bit in squared quantiser steps.
const lambda = 0.055

// price is the price of coding, in squared quantiser steps of luma's AC coefficients:
// distortion for its errors, rate for its bits.
type price struct {
	distortion, rate float32
}

func (p price) total() float32 { return p.distortion + p.rate }

func (p price) plus(q price) price {
	return price{p.distortion + q.distortion, p.rate + q.rate}
}

// costs are the rates of symbols by a superblock's initial distributions: lambda per bit.
type costs struct {
	yMode     [5][5][13]float32
	uvMode    [13][14]float32
	angle     [8][7]float32
	partition [4][4][2]float32 // whole, split
	txDepth   [3][3][2]float32
	skip      [3][2]float32
	txType    [3][13][txTypes]float32
	cflSigns  [8]float32
	cflAlpha  [6][16]float32
	palette   paletteCosts

	allZero  [4][13][2]float32
	eob      [4][2][11][2]float32 // by eob_pt - 1 and the first extra bit
	dcSign   [2][3][2]float32
	lastBase [4][2][4][3]float32
	base     [4][2][42][4]float32
	more     [4][2][21][moreLevels + 1]float32 // by level - 3
}

// chanceCosts are rates by chance, in 1/4096.
var chanceCosts = func() (table [4097]float32) {
	for i := range table {
		chance := max(float64(i), 0.125) / 4096
		table[i] = float32(-lambda * math.Log2(chance))
	}
	return table
}()

// fill sets costs to the rates of a distribution's symbols.
func fill(costs []float32, cdf []uint16) {
	before := uint16(0)
	for i := range costs {
		costs[i] = chanceCosts[(cdf[i]-before+4)>>3]
		before = cdf[i]
	}
}

// cost returns a symbol's rate by a distribution.
func cost(symbol int, cdf []uint16) float32 {
	before := uint16(0)
	if symbol > 0 {
		before = cdf[symbol-1]
	}
	return chanceCosts[(cdf[symbol]-before+4)>>3]
}

// resetModes sets the rates of modes by d.
func (c *costs) resetModes(d *distributions) {
	for i := range d.yMode {
		for j := range d.yMode[i] {
			fill(c.yMode[i][j][:], d.yMode[i][j][:])
		}
	}
	for i := range d.uvMode {
		fill(c.uvMode[i][:], d.uvMode[i][:])
	}
	for i := range d.angle {
		fill(c.angle[i][:], d.angle[i][:])
	}
	for size := range d.partition {
		for ctx := range d.partition[size] {
			cdf := d.partitionOf(size, ctx)
			c.partition[size][ctx] = [2]float32{cost(partitionNone, cdf), cost(partitionSplit, cdf)}
		}
	}
	for size := range d.txDepth {
		for ctx := range d.txDepth[size] {
			fill(c.txDepth[size][ctx][:], d.txDepth[size][ctx][:])
		}
	}
	for i := range d.skip {
		fill(c.skip[i][:], d.skip[i][:])
	}
	for mode := range 13 {
		for kind := range txTypes {
			for tx := range 2 {
				c.txType[tx][mode][kind] = cost(int(txSymbol7[kind]), d.txType7[tx][mode][:])
			}
			c.txType[2][mode][kind] = cost(int(txSymbol5[kind]), d.txType5[2][mode][:])
		}
	}
	fill(c.cflSigns[:], d.cflSigns[:])
	for i := range d.cflAlpha {
		fill(c.cflAlpha[i][:], d.cflAlpha[i][:])
	}
}

// resetCoefficients sets the rates of coefficients by d.
func (c *costs) resetCoefficients(d *distributions, planes int) {
	for tx := range 4 {
		for ctx := range d.allZero[tx] {
			fill(c.allZero[tx][ctx][:], d.allZero[tx][ctx][:])
		}
		for plane := range min(planes, 2) {
			for i := range d.lastBase[tx][plane] {
				fill(c.lastBase[tx][plane][i][:], d.lastBase[tx][plane][i][:])
			}
			for i := range d.base[tx][plane] {
				fill(c.base[tx][plane][i][:], d.base[tx][plane][i][:])
			}
			for i := range d.more[tx][plane] {
				fillMore(&c.more[tx][plane][i], d.more[tx][plane][i][:])
			}
			c.resetEob(d, tx, plane)
		}
	}
	for plane := range d.dcSign {
		for i := range d.dcSign[plane] {
			fill(c.dcSign[plane][i][:], d.dcSign[plane][i][:])
		}
	}
}

// fillMore sets costs to the rates of the coeff_br symbols of each level.
func fillMore(costs *[moreLevels + 1]float32, cdf []uint16) {
	var step [moreStep + 1]float32
	fill(step[:], cdf)
	before := float32(0)
	for i := range costs {
		if i == moreLevels {
			costs[i] = before
			break
		}
		costs[i] = before + step[i%moreStep]
		if i%moreStep == moreStep-1 {
			before += step[moreStep]
		}
	}
}

// resetEob sets the rates of eob_pt and its first extra bit by d.
func (c *costs) resetEob(d *distributions, tx, plane int) {
	cdf := d.eobOf(tx, plane)
	for i := range cdf[:len(cdf)-1] {
		v := cost(i, cdf)
		if i < 2 {
			c.eob[tx][plane][i] = [2]float32{v, v}
			continue
		}
		extra := d.eobExtra[tx][plane][i-2][:]
		v += lambda * float32(i-2)
		c.eob[tx][plane][i] = [2]float32{v + cost(0, extra), v + cost(1, extra)}
	}
}

// eobCost returns the rate of an end of block.
func eobCost(costs *[11][2]float32, eob int) float32 {
	point := bits.Len(uint(eob - 1))
	if point < 2 {
		return costs[point][0]
	}
	return costs[point][(eob-1)>>(point-2)&1]
}

// golombCost returns the rate of a level's Golomb code, which levels from 15 on have.
func golombCost(level int) float32 {
	return lambda * float32(2*bits.Len(uint(level-baseLevels-moreLevels))-1)
}
