package av1

import (
	"context"
	"math"
	"math/bits"
	"unsafe"

	"github.com/edgeresize/edgeresize/resize/avif/av1/predict"
)

// cellStats are statistics of a cell, 8x8 luma samples of the source.
type cellStats struct {
	variance float32 // mean of squared differences from the mean
	log      float32 // log2 of variance + 4, 2 or more
	// The structure tensor: sums of products of each sample's gradients.
	xx, yy, xy float32
}

const cellBytes = unsafe.Sizeof(cellStats{})

// analyse computes the statistics of the source's luma.
func (e *frame) analyse(ctx context.Context) error {
	e.stats = resized(e.stats, e.cols*e.rows)
	sum, flat := 0.0, 0
	for row := range e.rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		line := e.stats[row*e.cols:][:e.cols]
		for col := 0; col < e.cols; {
			var two [2]cellSums
			n := 1
			if inside := col > 0 && col+2 < e.cols; inside && vectorSums(&two, &e.source[0], col*8, row*8) {
				n = 2
			} else {
				two[0] = sumCell(&e.source[0], col*8, row*8)
			}
			for i := range n {
				line[col+i] = two[i].stats()
				sum += float64(line[col+i].log)
				flat += oneIf(line[col+i].variance == 0)
			}
			col += n
		}
	}
	e.meanLog = float32(sum / float64(len(e.stats)))
	e.flat = float64(flat) / float64(len(e.stats))
	return nil
}

// Flat returns the share of the loaded picture's 8x8 blocks whose luma samples are all
// equal: next to none of a photograph, a quarter or more of a drawing.
func (e *Encoder) Flat() float64 { return e.flat }

// cellSums are sums over 8x8 samples: of the samples, their squares, and products of each
// sample's gradients.
type cellSums struct {
	samples, squares, xx, yy, xy int32
}

// stats returns the statistics that follow from the sums.
func (s *cellSums) stats() cellStats {
	variance := s.squares - s.samples*s.samples>>6 // 64 times
	return cellStats{
		variance: float32(variance) / 64, log: log2(uint32(variance)+256) - 6,
		xx: float32(s.xx), yy: float32(s.yy), xy: float32(s.xy),
	}
}

// sumCell sums up the 8x8 samples at x, y. Beyond the picture it repeats the last sample.
func sumCell(s *surface, x, y int) (sums cellSums) {
	for i := range 8 {
		at := (y + i) * s.stride
		row := s.pix[at+x : at+x+8]
		up, down := s.around(x, y+i)
		before := s.pix[at+max(x-1, 0)]
		for j, v := range row {
			after := v
			if j < 7 {
				after = row[j+1]
			} else if x+8 < s.width {
				after = s.pix[at+x+8]
			}
			gx, gy := int32(after)-int32(before), int32(s.pix[down+j])-int32(s.pix[up+j])
			before = v
			sums.samples += int32(v)
			sums.squares += int32(v) * int32(v)
			sums.xx += gx * gx
			sums.yy += gy * gy
			sums.xy += gx * gy
		}
	}
	return sums
}

// around returns the indexes of the samples above and below x, y; at the picture's edge
// that of the sample itself.
func (s *surface) around(x, y int) (up, down int) {
	return max(y-1, 0)*s.stride + x, min(y+1, s.height-1)*s.stride + x
}

// log2 returns the logarithm of n, which must be 256 or more, from n's first 9 bits.
func log2(n uint32) float32 {
	shift := bits.Len32(n) - 9
	return float32(shift+8) + logs[n>>shift&255]
}

// logs are logarithms of 1 to 2, in steps of 1/256.
var logs = func() (table [256]float32) {
	for i := range table {
		table[i] = float32(math.Log2(1 + float64(i)/256))
	}
	return table
}()

// sumStats returns the mean variance and the summed tensor of a block.
func (e *frame) sumStats(col, row, size int) (sum cellStats) {
	for i := range 1 << size {
		for _, s := range e.stats[(row+i)*e.cols+col:][:1<<size] {
			sum.variance += s.variance
			sum.xx += s.xx
			sum.yy += s.yy
			sum.xy += s.xy
		}
	}
	sum.variance /= float32(int(1) << (2 * size))
	return sum
}

// superblockQindex returns the qindex of the superblock at a cell. Busy superblocks hide
// errors and get a larger one.
func (e *frame) superblockQindex(col, row int) int {
	if !e.deltaQ {
		return e.quantiser
	}
	if e.fuzz != nil {
		return e.fuzzQindex()
	}
	sum, n := float32(0), 0
	for r := row; r < min(row+8, e.rows); r++ {
		for _, s := range e.stats[r*e.cols+col : r*e.cols+min(col+8, e.cols)] {
			sum += s.log
			n++
		}
	}
	const unit = 1 << deltaQRes
	steps := int(math.RoundToEven(float64(e.masking * (sum/float32(n) - e.meanLog) / unit)))
	steps = min(max(steps, -maxDeltaQ/unit), maxDeltaQ/unit)
	for e.quantiser+steps*unit < 1 {
		steps++
	}
	for e.quantiser+steps*unit > 255 {
		steps--
	}
	return e.quantiser + steps*unit
}

// maxDeltaQ is the most that a superblock's qindex differs from the picture's.
const maxDeltaQ = 32

// angles are all angles of directional modes, ascending.
var angles = makeAngles()

// angleOf is the angle of a directional mode with a delta.
type angleOf struct {
	degrees float32
	mode    uint8
	delta   int8
}

func makeAngles() (all []angleOf) {
	for _, m := range [...]uint8{modeD45, modeD67, modeV, modeD113, modeD135, modeD157, modeH, modeD203} {
		for delta := int8(-3); delta <= 3; delta++ {
			all = append(all, angleOf{float32(predict.Mode(m).Angle(int(delta))), m, delta})
		}
	}
	return all
}

// edgeAngle returns the index in angles of the direction along which a block changes
// least, and how much its gradients agree, 0 to 1.
func edgeAngle(s *cellStats) (number int, coherence float32) {
	d, xy := float64(s.xx-s.yy), 2*float64(s.xy)
	sum := float64(s.xx + s.yy)
	if sum < 1 {
		return 0, 0
	}
	coherence = float32(math.Sqrt(d*d+xy*xy) / sum)
	degrees := math.Atan2(-xy, d)*(90/math.Pi) + 90 // of the edge: 0 to 180
	return nearestAngle(float32(degrees)), coherence
}

// nearestAngle returns the index of the angle nearest to degrees, modulo 180.
func nearestAngle(degrees float32) int {
	return int(nearestAngles[(int(degrees+360.5))%180])
}

// nearestAngles has indexes in angles by whole degrees.
var nearestAngles = func() (table [180]uint8) {
	for degrees := range table {
		least := 360
		for i := range angles {
			d := (int(angles[i].degrees) - degrees + 360) % 180
			if d = min(d, 180-d); d < least {
				table[degrees], least = uint8(i), d
			}
		}
	}
	return table
}()
