package icc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// curve is a function from 0..1 to 0..1. It is constant beyond its ends.
type curve func(float64) float64

// clip clips v to 0 to 1. NaN becomes 0.
func clip(v float64) float64 {
	if !(v > 0) { // NaN too
		return 0
	}
	return min(v, 1)
}

// sampled returns the curve through evenly spaced values, at least one.
func sampled(values []float32) curve {
	last := len(values) - 1
	return func(v float64) float64 {
		pos := clip(v) * float64(last)
		i := int(pos)
		if i >= last {
			return float64(values[last])
		}
		rest := pos - float64(i)
		return float64(values[i])*(1-rest) + float64(values[i+1])*rest
	}
}

// parseCurves reads n curves of curveType or parametricCurveType from tag[at:], one
// after another, each padded to four bytes (ICC.1:2022, 10.12.3).
func parseCurves(tag []byte, at uint64, n int) ([]curve, error) {
	curves := make([]curve, n)
	for i := range curves {
		if at > uint64(len(tag)) {
			return nil, errors.New("a curve extends beyond its tag")
		}
		c, size, err := parseCurve(tag[at:])
		if err != nil {
			return nil, err
		}
		curves[i] = c
		at += uint64(size+3) / 4 * 4
	}
	return curves, nil
}

// parseCurve reads one curve and returns its length in bytes.
func parseCurve(data []byte) (curve, int, error) {
	if len(data) < 12 {
		return nil, 0, errors.New("curve cut off")
	}
	switch typ := string(data[:4]); typ {
	case "curv":
		return parseSampled(data)
	case "para":
		return parseParametric(data)
	default:
		return nil, 0, fmt.Errorf("a curve has the type %q", typ)
	}
}

// parseSampled reads a curveType (ICC.1:2022, 10.6).
func parseSampled(data []byte) (curve, int, error) {
	const head = 12
	n := uint64(binary.BigEndian.Uint32(data[8:]))
	if head+2*n > uint64(len(data)) {
		return nil, 0, errors.New("curve cut off")
	}
	size := head + 2*int(n)
	switch n {
	case 0:
		return clip, size, nil
	case 1:
		gamma := float64(binary.BigEndian.Uint16(data[head:])) / 256
		return func(v float64) float64 { return math.Pow(clip(v), gamma) }, size, nil
	}
	return sampled(normalised(data[head:size], 2)), size, nil
}

// parseParametric reads a parametricCurveType (ICC.1:2022, 10.18, table 68).
func parseParametric(data []byte) (curve, int, error) {
	const head = 12
	counts := [...]int{1, 3, 4, 5, 7}
	kind := int(binary.BigEndian.Uint16(data[8:]))
	if kind >= len(counts) {
		return nil, 0, fmt.Errorf("parametric curve of kind %d", kind)
	}
	size := head + 4*counts[kind]
	if size > len(data) {
		return nil, 0, errors.New("curve cut off")
	}
	var p [7]float64
	for i := range counts[kind] {
		p[i] = s15Fixed16(data[head+4*i:])
	}
	return parametric(kind, p), size, nil
}

// parametric returns one of the functions of table 68, all written as (ax+b)^g + e from
// d on and cx + f before.
func parametric(kind int, p [7]float64) curve {
	g, a, b, c, d, e, f := p[0], p[1], p[2], p[3], p[4], p[5], p[6]
	switch kind {
	case 0:
		a, b, c, d, e, f = 1, 0, 0, 0, 0, 0
	case 1: // constant 0 before -b/a
		c, d, e, f = 0, -b/a, 0, 0
	case 2: // constant c before -b/a
		c, d, e, f = 0, -b/a, c, c
	case 3:
		e, f = 0, 0
	}
	return func(v float64) float64 {
		v = clip(v)
		if v < d {
			return clip(c*v + f)
		}
		return clip(math.Pow(a*v+b, g) + e)
	}
}

// s15Fixed16 decodes a signed number of 16 whole and 16 fractional bits.
func s15Fixed16(data []byte) float64 {
	return float64(int32(binary.BigEndian.Uint32(data))) / (1 << 16)
}
