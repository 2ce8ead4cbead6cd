package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/edgeresize/edgeresize/resize/avif"
)

// calibrated are the qualities at which formats are held against one another.
var calibrated = []int{10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100}

// calibrate prints the mean scores of our JPEG and our AVIF at each quality, and which
// quantiser would give an AVIF the look of the JPEG: what package avif's table should
// say.
func (b *bench) calibrate(ctx context.Context, workers int, out io.Writer) error {
	formats := []encoder{{"edgeresize JPEG", "", "jpeg", nil}, {"edgeresize AVIF", "", "avif", nil}}
	b.encoders = formats
	if err := b.start(ctx, workers); err != nil {
		return err
	}
	means := [2][]float64{make([]float64, len(calibrated)), make([]float64, len(calibrated))}
	var mu sync.Mutex
	var errs []error
	next := make(chan resized)
	var group sync.WaitGroup
	for _, w := range b.workers {
		group.Go(func() {
			for r := range next {
				scores, err := w.scores(formats, r)
				mu.Lock()
				errs = append(errs, err)
				for k := range scores {
					for i, s := range scores[k] {
						means[k][i] += s / float64(len(b.pictures))
					}
				}
				mu.Unlock()
			}
		})
	}
	for _, r := range b.pictures {
		next <- r
	}
	close(next)
	group.Wait()
	if err := errors.Join(append(errs, b.close())...); err != nil {
		return err
	}
	fmt.Fprintln(out, "quality    JPEG    AVIF  differ  quantiser  should be")
	for i, quality := range calibrated {
		jpeg, ours := means[0][i], means[1][i]
		fmt.Fprintf(out, "%7d  %6.2f  %6.2f  %+6.2f  %9d  %9.1f\n", quality, jpeg, ours, ours-jpeg, avif.Quantizer(quality), quantizerOf(means[1], jpeg))
	}
	return nil
}

// scores returns the score of a picture in each format at each quality.
func (w *worker) scores(formats []encoder, r resized) ([2][]float64, error) {
	var all [2][]float64
	original, err := newReference(r.path)
	if err != nil {
		return all, err
	}
	for k := range formats {
		for _, quality := range calibrated {
			_, file, err := w.encode(&formats[k], r, quality, 1)
			if err != nil {
				return all, err
			}
			img, err := w.decode(file, r.size)
			if err != nil {
				return all, err
			}
			score, err := original.score.Score(img)
			if err != nil {
				return all, err
			}
			all[k] = append(all[k], score)
		}
	}
	return all, nil
}

// quantizerOf returns the quantiser at which the mean score would be want, between or
// beyond those that were measured.
func quantizerOf(means []float64, want float64) float64 {
	i := 1
	for i < len(means)-1 && means[i] < want {
		i++
	}
	low, high := float64(avif.Quantizer(calibrated[i-1])), float64(avif.Quantizer(calibrated[i]))
	return low + (high-low)*(want-means[i-1])/(means[i]-means[i-1])
}
