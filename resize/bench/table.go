package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// quality is the JPEG quality at which CPU time and bytes are measured. At fine, what
// remains of the error is the resampler's.
const (
	quality = 80
	fine    = 100
)

// line holds the peers' results for one case, in the order of bench.peers.
type line struct {
	benchCase
	measured []measurement
	psnr     []float64 // dB of luma, without the encoder's loss
}

// folderCases returns a case for each picture of a folder, to 500x300.
func folderCases(dir string) ([]benchCase, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	formats := map[string]resize.Format{
		".jpg": resize.JPEG, ".jpeg": resize.JPEG, ".webp": resize.JPEG, ".png": resize.PNG,
	}
	var found []benchCase
	for _, f := range files {
		if format, ok := formats[strings.ToLower(filepath.Ext(f.Name()))]; ok {
			found = append(found, benchCase{f.Name(), input{file: f.Name(), pages: 1}, 500, 300, format, format == resize.JPEG, ""})
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no .jpg, .png or .webp files", dir)
	}
	return found, nil
}

// run measures the cases and prints the table. in is the folder of the pictures, empty
// if they are made.
func (b *bench) run(ctx context.Context, todo []benchCase, in string) error {
	steps := progress.Start(os.Stderr, len(todo))
	var lines []line
	for i, c := range todo {
		steps.Report(i, "%s", c.name)
		path := filepath.Join(in, c.input.file)
		if in == "" {
			made, err := c.input.make(ctx, b)
			if err != nil {
				return err
			}
			path = made
		} else if abs, err := filepath.Abs(path); err == nil {
			path = abs
		}
		l, err := b.measure(ctx, c, path)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		lines = append(lines, l)
	}
	steps.End()
	b.print(lines)
	return b.cold(ctx, lines)
}

// measure runs a case with each peer: at the usual quality for time and bytes, and at
// fine for the resampler's quality.
func (b *bench) measure(ctx context.Context, c benchCase, path string) (line, error) {
	l := line{benchCase: c}
	var want *lumaPlane
	if c.input.pages == 1 && c.extra == "" { // each peer finds another subject, and sharpens differently
		original, err := readLuma(path)
		if err != nil {
			return l, err
		}
		want = original.covered(c.width, c.height)
	}
	for _, p := range b.peers {
		j := job{path, filepath.Join(b.cache, "out."+string(c.format)), c.width, c.height, c.format, quality, b.times, c.extra}
		m, err := p.run(ctx, b.cache, j)
		if err != nil {
			return l, err
		}
		l.measured = append(l.measured, m)
		db := math.NaN() // unknown for animations, whose palette hides the resampler, and for extras
		if want != nil {
			j.quality, j.times = fine, 0
			if _, err := p.run(ctx, b.cache, j); err != nil {
				return l, err
			}
			got, err := readLuma(j.out)
			if err != nil {
				return l, err
			}
			if db, err = got.psnr(want); err != nil {
				return l, err
			}
		}
		l.psnr = append(l.psnr, db)
	}
	return l, nil
}

// print prints the table: each peer's figures, and ours as ratios to theirs.
func (b *bench) print(lines []line) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\nCPU milliseconds (median of %d), peak resident MB, luma PSNR in dB, bytes; ratios are ours to theirs\n\n", b.times)
	fmt.Fprint(w, "case\t")
	for _, p := range b.peers {
		fmt.Fprintf(w, "%s\tms\tMB\tdB\tbytes\t", p.name)
	}
	for _, p := range b.peers[1:] {
		fmt.Fprintf(w, "to %s\tCPU\tMB\tdB\tbytes\t", p.name)
	}
	fmt.Fprintln(w)
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t", l.name)
		for i, m := range l.measured {
			fmt.Fprintf(w, "\t%.1f\t%.0f\t%s\t%d\t", m.median(), m.PeakMB, decibels("%.1f", l.psnr[i]), m.bytes)
		}
		ours := l.measured[0]
		for i, m := range l.measured[1:] {
			fmt.Fprintf(w, "\t%.2f\t%.2f\t%s\t%.2f\t", ours.median()/m.median(), ours.PeakMB/m.PeakMB,
				decibels("%+.1f", l.psnr[0]-l.psnr[i+1]), float64(ours.bytes)/float64(m.bytes))
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	for i, p := range b.peers[1:] {
		fmt.Printf("\nCPU against %s, geometric mean: JPEG cases %.2f, all cases %.2f\n", p.name,
			meanRatio(lines, i+1, func(l line) bool { return l.jpegGoal }), meanRatio(lines, i+1, func(line) bool { return true }))
	}
}

// decibels formats db, "-" if it was not measured.
func decibels(format string, db float64) string {
	if math.IsNaN(db) {
		return "-"
	}
	return fmt.Sprintf(format, db)
}

// meanRatio returns the geometric mean of our CPU time relative to a peer's.
func meanRatio(lines []line, peer int, counts func(line) bool) float64 {
	sum, n := 0.0, 0
	for _, l := range lines {
		if counts(l) {
			sum += math.Log(l.measured[0].median() / l.measured[peer].median())
			n++
		}
	}
	return math.Exp(sum / float64(n))
}

// cold measures the time from the start of a process to its first picture, for the
// first case.
func (b *bench) cold(ctx context.Context, lines []line) error {
	c := lines[0]
	path := filepath.Join(b.cache, c.input.file)
	if _, err := os.Stat(path); err != nil {
		return nil // a picture from the user's folder
	}
	medians := make([]float64, len(b.peers))
	for i, p := range b.peers {
		var walls []float64
		for range b.times {
			j := job{path, filepath.Join(b.cache, "out."+string(c.format)), c.width, c.height, c.format, quality, 0, c.extra}
			m, err := p.run(ctx, b.cache, j)
			if err != nil {
				return err
			}
			walls = append(walls, float64(m.wall.Microseconds())/1000)
		}
		slices.Sort(walls)
		medians[i] = walls[len(walls)/2]
	}
	fmt.Printf("\ncold, start of the process and the first picture (%s), wall milliseconds:", c.name)
	for i, p := range b.peers {
		fmt.Printf(" %s %.0f", p.name, medians[i])
	}
	fmt.Printf("; ours to sharp's %.2f\n", medians[0]/medians[1])
	return nil
}
