package jpeg

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// photoScripted returns a photograph-like picture, 4:2:0, with a script in
// jpegtran's words and sequentially.
func photoScripted(t *testing.T, width, height, quality int, script string) (progressive, baseline []byte) {
	p := picture{width: width, height: height, components: sampling420, adobe: -1, quality: quality}
	baseline = encodePhoto(p)
	p.progressive = true
	for line := range strings.Lines(script) {
		names, numbers, _ := strings.Cut(strings.TrimSpace(line), ":")
		var s scanSpec
		if _, err := fmt.Sscanf(numbers, "%d-%d, %d, %d;", &s.first, &s.last, &s.high, &s.low); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		for _, name := range strings.Fields(names) {
			s.components = append(s.components, int(name[0]-'0'))
		}
		p.scans = append(p.scans, s)
	}
	return encodePhoto(p), baseline
}

// openBits returns a picture of 4:4:4, in a progression and sequentially. Its
// first scans leave out the lowest low bits, all of which are 1. Their signs turn
// from block to block by the angles across and down.
func openBits(width, height, quality, low int, across, down float64) (progressive, baseline []byte) {
	p := picture{width: width, height: height, components: components("11 11 11"), adobe: -1, quality: quality}
	p.normalize()
	planes := make([]coefficientPlane, len(p.components))
	for i := range planes {
		planes[i] = p.transform(i, func(int, int, int) uint8 { return 128 })
		leaveOpen(&planes[i], low, across, down)
	}
	baseline = p.encodeCoefficients(planes)
	p.progressive = true
	p.scans = []scanSpec{{[]int{0, 1, 2}, 0, 0, 0, 1}}
	for i := range p.components {
		p.scans = append(p.scans, scanSpec{[]int{i}, 1, 63, 0, low})
	}
	for i := range p.components {
		for l := low - 1; l >= 0; l-- {
			p.scans = append(p.scans, scanSpec{[]int{i}, 1, 63, l + 1, l})
		}
	}
	p.scans = append(p.scans, scanSpec{[]int{0, 1, 2}, 0, 0, 1, 0})
	return p.encodeCoefficients(planes), baseline
}

// leaveOpen sets the lowest low bits of all coefficients, and one bit of DC.
func leaveOpen(p *coefficientPlane, low int, across, down float64) {
	sign := func(turn float64, frequency, block int) int32 {
		// A wave of odd frequency continues in the next block where one of even
		// frequency has its middle.
		if math.Cos(turn*(float64(block)+0.3)-float64(frequency%2)*math.Pi/2) < 0 {
			return -1
		}
		return 1
	}
	for i := range p.blocks {
		x, y := i%p.stride, i/p.stride
		for k, at := range zigzag {
			s := sign(across, int(at%8), x) * sign(down, int(at/8), y)
			if k == 0 {
				p.blocks[i][k] += (s + 1) / 2
			} else {
				p.blocks[i][k] = s * (1<<low - 1)
			}
		}
	}
}
