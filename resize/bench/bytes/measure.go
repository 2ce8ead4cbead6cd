package main

import (
	"context"
	"fmt"
	"image"
	"math"

	"github.com/edgeresize/edgeresize/resize/bench/metric"
)

// scores lists the SSIMULACRA 2.1 scores at which bytes are compared: medium to very
// high quality. CPU time is measured at the middle one.
var scores = []float64{65, 75, 82}

const middle = 1 // index in scores

// outcome is an encoder's result for a picture.
type outcome struct {
	// at has an encoding for each score. For each score, alike has one with the same
	// distance by the second metric as the first encoder's encoding at that score.
	// Those that no quality reaches are nil.
	at, alike []*sample
	looks     looks   // at the quality reported
	cpu       float64 // milliseconds a megapixel, at the middle score
}

// reference compares encodings with an original.
type reference struct {
	score  *metric.SSIMULACRA2
	second *metric.Butteraugli
}

func newReference(path string) (*reference, error) {
	pixels, err := readPNG(path)
	if err != nil {
		return nil, err
	}
	return &reference{metric.NewSSIMULACRA2(pixels), metric.NewButteraugli(pixels)}, nil
}

func (r *reference) looks(img image.Image) (looks, error) {
	score, err := r.score.Score(img)
	if err != nil {
		return looks{}, err
	}
	distance, err := r.second.Distance(img)
	return looks{byScore: score, bySecond: -distance}, err
}

// compare returns the encoders' outcomes for a picture, except the CPU time. It calls
// step before each encoder. It stops soon after ctx is done.
func (w *worker) compare(ctx context.Context, all []encoder, r resized, step func(e *encoder)) ([]outcome, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	original, err := newReference(r.path)
	if err != nil {
		return nil, err
	}
	outcomes := make([]outcome, len(all))
	for i := range all {
		e := &all[i]
		step(e)
		c := curve{measure: func(quality int) (point, error) {
			a, file, err := w.encode(e, r, quality, 1)
			if err != nil {
				return point{}, err
			}
			img, err := w.decode(file, r.size)
			if err != nil {
				return point{}, err
			}
			seen, err := original.looks(img)
			return point{quality, a.Bytes, seen}, err
		}}
		if outcomes[i], err = follow(&c, outcomes[0].at); err != nil {
			return nil, fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return outcomes, nil
}

// follow reads an outcome off a curve. first has the first encoder's samples at the
// scores; it is nil for the first encoder itself.
func follow(c *curve, first []*sample) (outcome, error) {
	o := outcome{at: make([]*sample, len(scores)), alike: make([]*sample, len(scores))}
	if err := c.begin(); err != nil {
		return o, err
	}
	p, err := c.point(reported)
	if err != nil {
		return o, err
	}
	o.looks = p.looks
	for i, score := range scores {
		if o.at[i], err = c.sample(byScore, score); err != nil {
			return o, err
		}
	}
	if first == nil {
		copy(o.alike, o.at)
		return o, nil
	}
	for i, s := range first {
		if s == nil {
			continue
		}
		if o.alike[i], err = c.sample(bySecond, s.looks[bySecond]); err != nil {
			return o, err
		}
	}
	return o, nil
}

// sample returns the encoding that at finds, or nil if it finds none.
func (c *curve) sample(metric int, want float64) (*sample, error) {
	s, ok, err := c.at(metric, want)
	if !ok || err != nil {
		return nil, err
	}
	return &s, nil
}

// A picture is encoded once to warm up, and then until that took enough milliseconds,
// at most mostRuns times. If the first run takes that long, it counts.
const (
	enough   = 300.0
	mostRuns = 20
)

// time measures the CPU time of an encoder for a picture, in milliseconds a megapixel.
// Nothing else should run.
func (w *worker) time(e *encoder, r resized, o *outcome) error {
	quality := reported
	if s := o.at[middle]; s != nil {
		quality = int(math.Round(s.quality))
	}
	a, _, err := w.encode(e, r, quality, 1)
	if err != nil {
		return err
	}
	if warm := a.CPU[0]; warm < enough {
		times := max(3, min(mostRuns, int(enough/max(warm, 1))))
		if a, _, err = w.encode(e, r, quality, times); err != nil {
			return err
		}
	}
	o.cpu = median(a.CPU) / (float64(r.size.X*r.size.Y) / 1e6)
	return nil
}
