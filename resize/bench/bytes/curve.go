package main

import (
	"math"
	"slices"
)

// The metrics for comparing pictures.
const (
	byScore  = iota // SSIMULACRA 2.1
	bySecond        // Butteraugli's distance, negated: more is better
	metrics
)

// looks holds what the metrics say about a picture; more is better.
type looks [metrics]float64

// point is one encoding of a picture.
type point struct {
	quality int
	bytes   int
	looks   looks
}

// curve holds an encoder's results for a picture over its qualities, 1 to 100. It
// measures only those that it needs.
type curve struct {
	measure func(quality int) (point, error)
	points  []point // by quality, ascending
}

// first lists the qualities that every curve begins with.
var first = []int{25, 50, 70, reported, 90, 97}

const (
	reported = 80 // the quality whose mean score and spread are reported
	// Between qualities at most near apart, the logarithm of the bytes is interpolated
	// linearly over a metric.
	near = 4
)

// sample is an encoding with a given look, interpolated between two measured ones.
type sample struct {
	bytes, quality float64
	looks          looks
}

// begin measures the first qualities.
func (c *curve) begin() error {
	for _, quality := range first {
		if _, err := c.point(quality); err != nil {
			return err
		}
	}
	return nil
}

// point returns the encoding at a quality, which it measures at most once.
func (c *curve) point(quality int) (point, error) {
	i, found := slices.BinarySearchFunc(c.points, quality, func(p point, q int) int { return p.quality - q })
	if found {
		return c.points[i], nil
	}
	p, err := c.measure(quality)
	if err == nil {
		c.points = slices.Insert(c.points, i, p)
	}
	return p, err
}

// at returns the encoding at which a metric is want. It returns false if no quality
// reaches want, or all exceed it.
func (c *curve) at(metric int, want float64) (sample, bool, error) {
	for _, end := range []struct {
		quality int
		needed  func() bool
	}{
		{1, func() bool { return c.points[0].looks[metric] > want }},
		{100, func() bool { return c.points[len(c.points)-1].looks[metric] < want }},
	} {
		if !end.needed() {
			continue
		}
		if _, err := c.point(end.quality); err != nil {
			return sample{}, false, err
		}
		if end.needed() {
			return sample{}, false, nil
		}
	}
	for {
		low, high := c.around(metric, want)
		if high.quality-low.quality <= near {
			return between(low, high, metric, want), true, nil
		}
		share := (want - low.looks[metric]) / (high.looks[metric] - low.looks[metric])
		guess := low.quality + int(math.Round(share*float64(high.quality-low.quality)))
		// Near one end, a step aside brings the other end as near.
		guess = max(low.quality+near/2, min(high.quality-near/2, guess))
		if _, err := c.point(guess); err != nil {
			return sample{}, false, err
		}
	}
}

// around returns the first neighbouring points with want between them.
func (c *curve) around(metric int, want float64) (low, high point) {
	for i, p := range c.points {
		if p.looks[metric] >= want && (i == 0 || c.points[i-1].looks[metric] <= want) {
			return c.points[max(0, i-1)], p
		}
	}
	last := c.points[len(c.points)-1]
	return last, last
}

// between interpolates two points at want.
func between(low, high point, metric int, want float64) sample {
	share := 0.0
	if rise := high.looks[metric] - low.looks[metric]; rise > 0 {
		share = (want - low.looks[metric]) / rise
	}
	line := func(a, b float64) float64 { return a + share*(b-a) }
	s := sample{
		bytes:   math.Exp(line(math.Log(float64(low.bytes)), math.Log(float64(high.bytes)))),
		quality: line(float64(low.quality), float64(high.quality)),
	}
	for m := range s.looks {
		s.looks[m] = line(low.looks[m], high.looks[m])
	}
	return s
}
