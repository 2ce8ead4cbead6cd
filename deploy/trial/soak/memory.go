package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/edgeresize/edgeresize/deploy/trial"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// sizes are the query strings of the sizes to ask for.
var sizes = []string{"width=500&height=300", "width=64&height=64", "width=1200&height=800", "width=2000&height=1500"}

const (
	settled = 200 // pictures after which memory must have settled
	growth  = 1.1 // the largest factor by which it may grow afterwards
)

// usage is the result of a run of memory.
type usage struct {
	memory             int // MB
	resized, originals int
	outOfMemory        int     // among the originals
	resident           []int64 // bytes, after each picture, without what is given back
	peak               int64   // bytes, with what is given back
}

// halves returns the lower quartile of the resident bytes in the first and in the second
// half of the pictures: of those after memory had settled, or of all if there are few.
// Above the quartile is garbage of large pictures, more or less of it by chance.
func (u usage) halves() (first, second int64) {
	from := settled
	if len(u.resident) < 2*settled {
		from = 0
	}
	middle := (from + len(u.resident)) / 2
	return quartile(u.resident[from:middle]), quartile(u.resident[middle:])
}

// quartile returns the lower quartile of values, 0 for none.
func quartile(values []int64) int64 {
	if len(values) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(values))[len(values)/4]
}

// soakMemory resizes a mixed load in processes that are killed if they take more memory
// than the function has.
func soakMemory(ctx context.Context, s settings) error {
	if err := trial.CheckGroups(); err != nil {
		return err
	}
	names, err := makePictures(ctx, s, kinds...)
	if err != nil {
		return err
	}
	f, err := newFunction(ctx, s)
	if err != nil {
		return err
	}
	defer f.Close()
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	load := pairs(names, queries(f.Config.Formats))
	fmt.Fprintf(s.out, "%d pictures of up to %d megapixels at each memory size; resident MiB: the lower quartile of each half, and the peak\n\n", s.pictures, s.largest)
	fmt.Fprintln(w, "function MB\tresized\toriginals\tfor want of memory\tfirst half\tsecond half\tpeak\t")
	for _, mb := range s.memories {
		u, err := f.use(ctx, s, mb, load)
		if err != nil {
			return fmt.Errorf("%d MB: %w", mb, err)
		}
		first, second := u.halves()
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%.0f\t%.0f\t%.0f\t\n", u.memory, u.resized, u.originals, u.outOfMemory,
			mib(first), mib(second), mib(u.peak))
		if err := u.check(); err != nil {
			w.Flush()
			return fmt.Errorf("%d MB: %w", mb, err)
		}
	}
	return w.Flush()
}

// mib returns bytes in MiB.
func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// pair is the name of a picture and the query string to ask for it with.
type pair struct{ name, query string }

// queries returns the query strings of all sizes, without a format and with each format.
func queries(formats []resize.Format) []string {
	all := slices.Clone(sizes)
	for _, format := range formats {
		for _, size := range sizes {
			all = append(all, size+"&format="+string(format))
		}
	}
	return all
}

// pairs returns every name with every query.
func pairs(names, queries []string) []pair {
	var all []pair
	for _, name := range names {
		for _, query := range queries {
			all = append(all, pair{name, query})
		}
	}
	return all
}

// check returns an error if nothing was resized, or memory grew. Few pictures do not show
// growth.
func (u usage) check() error {
	if u.resized == 0 {
		return fmt.Errorf("none of %d pictures was resized", len(u.resident))
	}
	first, second := u.halves()
	if len(u.resident) >= 2*settled && float64(second) > growth*float64(first) {
		return fmt.Errorf("resident memory grew from %.0f to %.0f MiB", mib(first), mib(second))
	}
	return nil
}

// use resizes the load in one process with the memory of memoryMB.
func (f *function) use(ctx context.Context, s settings, memoryMB int, load []pair) (usage, error) {
	u := usage{memory: memoryMB}
	b, err := f.start(ctx, memoryMB, 0)
	if err != nil {
		return u, err
	}
	err = f.load(ctx, s, b, load, &u)
	killed, killedErr := b.Killed()
	if err == nil && killed > 0 {
		err = errors.New("a process was killed")
	}
	if err != nil {
		err = fmt.Errorf("%w; %d killed for lack of memory; the output ends with\n%s", err, killed, lastWords(b))
	}
	if err = errors.Join(err, killedErr, b.Close()); err != nil {
		return u, err
	}
	all, err := parseLog(b.Output())
	for _, l := range all {
		if l.Reason == edge.OutOfMemory {
			u.outOfMemory++
		}
	}
	return u, err
}

// load resizes the pictures as planned, and adds to u what became of them and how much
// memory the process has.
func (f *function) load(ctx context.Context, s settings, b *trial.Sandbox, load []pair, u *usage) error {
	line := progress.Start(s.progress, s.pictures)
	defer line.End()
	for i, p := range planPictures(s.seed, u.memory, s.pictures, load) {
		line.Report(i, "pictures in %d MB", u.memory)
		resized, _, err := ask(ctx, b, p.name, p.query, cloudfront.FunctionTimeout)
		if err != nil {
			return fmt.Errorf("picture %d, %s?%s: %w", i, p.name, p.query, err)
		}
		if resized {
			u.resized++
		} else {
			u.originals++
		}
		resident, err := trial.Resident(b.Process.Pid)
		if err != nil {
			return err
		}
		u.resident = append(u.resident, resident)
	}
	var err error
	u.peak, err = b.Peak()
	return err
}

// ask asks a function for a variant and checks the response as CloudFront does. It returns
// whether the picture was resized, and how much of the time within was left.
func ask(ctx context.Context, b *trial.Sandbox, name, query string, within time.Duration) (resized bool, left time.Duration, err error) {
	headers := edge.Headers{}
	headers.Set("Content-Type", "application/octet-stream")
	headers.Set("Cache-Control", "max-age=86400")
	event, err := trial.Event(trial.BucketName, name, query, headers)
	if err != nil {
		return false, 0, err
	}
	deadline := time.Now().Add(within)
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	response, err := b.Invoke(ctx, event)
	left = time.Until(deadline)
	if err != nil {
		return false, left, err
	}
	result, err := cloudfront.Check(response, edge.Response{Status: "200", Headers: headers})
	return result.Body != nil, left, err
}
