package vp8

import (
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/predict"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
	"github.com/edgeresize/edgeresize/resize/webp/vp8/transform"
)

// TestForward inverts the transforms of blocks and of their DCs: the result must
// be the difference of source and prediction, up to rounding.
func TestForward(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 1))
	const stride = 19
	for i := range 200 {
		var src [16 * stride]uint8
		var prediction [16 * predict.Stride]uint8
		for j := range src {
			src[j] = uint8(random.IntN(256) >> (i & 7))
		}
		for j := range prediction {
			prediction[j] = uint8(random.IntN(256) >> (i >> 3 & 7))
		}
		var blocks [4]fourBlocks
		for y := range blocks {
			forward(&blocks[y], src[4*y*stride:], stride, prediction[4*y*predict.Stride:], predict.Stride)
		}
		var y2 fourBlocks
		if i&1 != 0 {
			forwardY2(&y2, &blocks)
		}
		var residual [4]transform.Four
		for y := range residual {
			for b := range 4 {
				for n, at := range tables.Zigzag {
					residual[y][at>>2<<4+uint8(4*b)+at&3] = blocks[y][4*b+int(places[n])]
				}
			}
		}
		if i&1 != 0 {
			var dcs [16]int16
			for n, at := range tables.Zigzag {
				dcs[at] = y2[places[n]]
			}
			transform.InverseY2(&dcs, &residual)
		}
		for y := range residual {
			residual[y].Inverse()
			for j, got := range residual[y] {
				x, line := j&15, 4*y+j>>4
				want := int(src[line*stride+x]) - int(prediction[line*predict.Stride+x])
				if d := int(got) - want; max(d, -d) > 1 {
					t.Fatalf("sample %d, %d is %d, want %d", x, line, got, want)
				}
			}
		}
	}
}
