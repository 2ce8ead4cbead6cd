package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/edgeresize/edgeresize/resize/avif"
	"github.com/edgeresize/edgeresize/resize/webp"
)

// calibrated are the qualities at which formats are held against one another.
var calibrated = []int{10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100}

// aligned are our formats whose qualities are to look as JPEG's do, by what quantisers
// they have for them.
var aligned = []struct {
	name, format string
	quantizer    func(quality int) int
}{
	{"AVIF", "avif", avif.Quantizer},
	{"WebP", "webp", webp.Quantizer},
}

// calibrate prints the mean scores of our JPEG and of the formats that are aligned at each
// quality, and which quantisers would give those the look of the JPEG: what the tables of
// their packages should say.
func (b *bench) calibrate(ctx context.Context, workers int, out io.Writer) error {
	formats := []encoder{{"edgeresize JPEG", "", "jpeg", nil}}
	for _, a := range aligned {
		formats = append(formats, encoder{"edgeresize " + a.name, "", a.format, nil})
	}
	b.encoders = formats
	if err := b.start(ctx, workers); err != nil {
		return err
	}
	means := make([][]float64, len(formats))
	for k := range means {
		means[k] = make([]float64, len(calibrated))
	}
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
	for k, a := range aligned {
		fmt.Fprintf(out, "quality    JPEG    %s  differ  quantiser  should be\n", a.name)
		for i, quality := range calibrated {
			jpeg, ours := means[0][i], means[1+k][i]
			fmt.Fprintf(out, "%7d  %6.2f  %6.2f  %+6.2f  %9d  %9.1f\n",
				quality, jpeg, ours, ours-jpeg, a.quantizer(quality), quantizerOf(a.quantizer, means[1+k], jpeg))
		}
	}
	return nil
}

// scores returns the score of a picture in each format at each quality.
func (w *worker) scores(formats []encoder, r resized) ([][]float64, error) {
	all := make([][]float64, len(formats))
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
func quantizerOf(quantizer func(quality int) int, means []float64, want float64) float64 {
	i := 1
	for i < len(means)-1 && means[i] < want {
		i++
	}
	low, high := float64(quantizer(calibrated[i-1])), float64(quantizer(calibrated[i]))
	return low + (high-low)*(want-means[i-1])/(means[i]-means[i-1])
}
