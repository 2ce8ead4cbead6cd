package main

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// variantsFile lists variants of 12 photographs, in 512 MB, by go run
// ./deploy/trial/benchcost -variants FILE. The first of a size and a format is of the first
// photograph, and so on.
//
//go:embed variants.csv
var variantsFile string

// variantsMemoryMB is the memory of the function that made the variants.
const variantsMemoryMB = 512

// variant is a measured variant.
type variant struct {
	width     float64 // pixels
	ms, bytes float64
}

// photograph holds the measurements of an original.
type photograph struct {
	bytes    float64
	variants map[resize.Format][]variant // by width, the least first
}

// parsePhotographs parses variantsFile.
func parsePhotographs(file string) ([]photograph, error) {
	lines, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		return nil, err
	}
	var photographs []photograph
	seen := map[string]int{} // photographs by format and width
	for _, line := range lines[1:] {
		var numbers [5]float64
		for i, field := range slices.Delete(slices.Clone(line), 1, 2) {
			if numbers[i], err = strconv.ParseFloat(field, 64); err != nil {
				return nil, err
			}
		}
		format, k := resize.Format(line[1]), line[1]+line[2]
		if seen[k] == len(photographs) {
			photographs = append(photographs, photograph{numbers[0], map[resize.Format][]variant{}})
		}
		p := &photographs[seen[k]]
		if p.bytes != numbers[0] {
			return nil, fmt.Errorf("%v: the photograph has %.0f bytes", line, p.bytes)
		}
		seen[k]++
		p.variants[format] = append(p.variants[format], variant{width: numbers[1], ms: numbers[3], bytes: numbers[4]})
	}
	return photographs, nil
}

// at returns a photograph's variant of a width: between two that were measured, or beyond
// them, time and bytes grow by a power of the width.
func (p photograph) at(format resize.Format, width int) variant {
	all := p.variants[format]
	i, w := 1, float64(width)
	for i < len(all)-1 && all[i].width < w {
		i++
	}
	a, b := all[i-1], all[i]
	share := math.Log(w/a.width) / math.Log(b.width/a.width)
	between := func(a, b float64) float64 { return a * math.Pow(b/a, share) }
	return variant{w, between(a.ms, b.ms), between(a.bytes, b.bytes)}
}

// spread returns n sizes of 3 to 2, from 320 to 2000 pixels wide, each wider than the one
// before by the same factor.
func spread(n int) []edge.Size {
	sizes := make([]edge.Size, n)
	for i := range sizes {
		w := 800.0
		if n > 1 {
			w = 320 * math.Pow(2000.0/320, float64(i)/float64(n-1))
		}
		sizes[i] = edge.Size{Width: int(math.Round(w)), Height: int(math.Round(w * 2 / 3))}
	}
	return sizes
}
