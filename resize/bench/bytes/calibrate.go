package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sync"
	"sync/atomic"

	"github.com/edgeresize/edgeresize/resize/avif"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
	"github.com/edgeresize/edgeresize/resize/webp"
)

// calibrated lists the qualities at which formats are compared.
var calibrated = []int{10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100}

// aligned lists our formats whose qualities should look like libjpeg's, with the
// quantisers that they use for them.
var aligned = []alignedFormat{
	{"AVIF", "avif", func(quality, _ int) int { return avif.Quantiser(quality) }},
	{"WebP", "webp", webp.QuantiserAt},
}

type alignedFormat struct {
	name, format string
	quantiser    func(quality, pixels int) int
}

// matchingAligned returns the aligned formats whose name matches a regular expression,
// and the encoders to compare: libjpeg-turbo and those formats'.
func matchingAligned(only string) ([]encoder, []alignedFormat, error) {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return nil, nil, fmt.Errorf("-only: %w", err)
	}
	found := encoders[:1:1]
	var formats []alignedFormat
	for _, a := range aligned {
		if pattern.MatchString(a.name) {
			formats = append(formats, a)
			found = append(found, encoder{"edgeresize " + a.name, "", a.format, nil})
		}
	}
	if len(formats) == 0 {
		return nil, nil, fmt.Errorf("-only %q matches no format for -calibrate: want WebP or AVIF", only)
	}
	return found, formats, nil
}

// calibrate prints the mean scores of libjpeg-turbo and of the formats at each quality,
// and which quantisers would give the formats the JPEG's score: what the tables of
// their packages should say. It reports progress to progressOut.
func (b *bench) calibrate(ctx context.Context, workers int, formats []alignedFormat, out, progressOut io.Writer) error {
	if err := b.start(ctx, workers); err != nil {
		return err
	}
	all := make([][][]float64, len(b.pictures))
	steps := progress.Start(progressOut, len(b.pictures)*len(b.encoders))
	var done atomic.Int64
	var mu sync.Mutex
	var errs []error
	next := make(chan int)
	var group sync.WaitGroup
	for _, w := range b.workers {
		group.Go(func() {
			for i := range next {
				r := b.pictures[i]
				scores, err := w.scores(ctx, b.encoders, r, func(e *encoder) {
					steps.Report(int(done.Add(1)-1), "%s to %dx%d by %s", r.name, r.size.X, r.size.Y, e.name)
				})
				all[i] = scores
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		})
	}
	for i := range b.pictures {
		next <- i
	}
	close(next)
	group.Wait()
	steps.End()
	if err := errors.Join(append(errs, b.close())...); err != nil {
		return err
	}
	for _, size := range sizes {
		var those [][][]float64
		for i, r := range b.pictures {
			if r.size == size {
				those = append(those, all[i])
			}
		}
		if len(those) > 0 {
			fmt.Fprintf(out, "%dx%d, pictures: %d\n", size.X, size.Y, len(those))
			printAligned(out, formats, size.X*size.Y, meansOf(those))
		}
	}
	return nil
}

// meansOf returns the means over pictures of scores by picture, format and quality.
func meansOf(all [][][]float64) [][]float64 {
	means := make([][]float64, len(all[0]))
	for k := range means {
		means[k] = make([]float64, len(calibrated))
		for _, scores := range all {
			for i, s := range scores[k] {
				means[k][i] += s / float64(len(all))
			}
		}
	}
	return means
}

// printAligned prints a table for each of the formats, for pictures with the given
// number of pixels. means[0] are those of libjpeg-turbo.
func printAligned(out io.Writer, formats []alignedFormat, pixels int, means [][]float64) {
	for k, a := range formats {
		quantiser := func(quality int) int { return a.quantiser(quality, pixels) }
		fmt.Fprintf(out, "quality  libjpeg    %s  differ  quantiser  should be\n", a.name)
		for i, quality := range calibrated {
			jpeg, ours := means[0][i], means[1+k][i]
			fmt.Fprintf(out, "%7d  %7.2f  %6.2f  %+6.2f  %9d  %9.1f\n",
				quality, jpeg, ours, ours-jpeg, quantiser(quality), quantiserOf(quantiser, means[1+k], jpeg))
		}
	}
}

// scores returns the score of a picture in each format at each quality. It calls step
// before each format. It stops soon after ctx is done.
func (w *worker) scores(ctx context.Context, formats []encoder, r resized, step func(e *encoder)) ([][]float64, error) {
	all := make([][]float64, len(formats))
	original, err := newReference(r.path)
	if err != nil {
		return all, err
	}
	for k := range formats {
		step(&formats[k])
		for _, quality := range calibrated {
			if ctx.Err() != nil {
				return all, errInterrupted
			}
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

// quantiserOf returns the quantiser at which the mean score would be want, interpolated
// or extrapolated from the measured ones.
func quantiserOf(quantiser func(quality int) int, means []float64, want float64) float64 {
	i := 1
	for i < len(means)-1 && means[i] < want {
		i++
	}
	low, high := float64(quantiser(calibrated[i-1])), float64(quantiser(calibrated[i]))
	return low + (high-low)*(want-means[i-1])/(means[i]-means[i-1])
}
