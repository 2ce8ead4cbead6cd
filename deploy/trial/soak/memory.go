package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/edgeresize/edgeresize/deploy/trial/cgroup"
	"github.com/edgeresize/edgeresize/deploy/trial/tryout"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// sizes are asked for as they are, and in each of the formats.
var sizes = []string{"width=500&height=300", "width=64&height=64", "width=1200&height=800", "width=2000&height=1500"}

// settled is after how many pictures memory is to stay where it is, and growth
// how much more than that is still the same.
const (
	settled = 200
	growth  = 1.1
)

// usage is how a run of memory went.
type usage struct {
	memory             int // MB
	resized, originals int
	outOfMemory        int     // among the originals
	resident           []int64 // bytes, after each picture, but for what is given back
	peak               int64   // bytes, with that
}

// halves are what is resident at least after three of four pictures, in bytes,
// in either half of what came after memory had settled, or of all where that is
// all. What is above is garbage of large pictures, by chance more or less.
func (u usage) halves() (first, second int64) {
	from := settled
	if len(u.resident) < 2*settled {
		from = 0
	}
	middle := (from + len(u.resident)) / 2
	return quartile(u.resident[from:middle]), quartile(u.resident[middle:])
}

func quartile(values []int64) int64 {
	if len(values) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(values))[len(values)/4]
}

// soakMemory resizes a mixed load in processes that are killed if they take
// more memory than the function has.
func soakMemory(ctx context.Context, s settings) error {
	if err := cgroup.Available(); err != nil {
		return err
	}
	names, err := makePictures(ctx, s, kinds...)
	if err != nil {
		return err
	}
	stage, err := newStage(ctx, s)
	if err != nil {
		return err
	}
	defer stage.Close()
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	load := pairs(names, queries(stage.config.Formats))
	fmt.Fprintf(s.out, "%d pictures of up to %d megapixels at each memory size; MiB: lower quartiles of what it has, and the peak of what is resident\n\n", s.pictures, s.largest)
	fmt.Fprintln(w, "function MB\tresized\toriginals\tfor want of memory\tfirst half\tsecond half\tpeak\t")
	for _, mb := range s.memories {
		u, err := stage.use(ctx, s, mb, load)
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

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// pair is a picture and what is asked of it.
type pair struct{ name, query string }

// queries are all sizes as they are, and then in each of the formats.
func queries(formats []resize.Format) []string {
	all := slices.Clone(sizes)
	for _, format := range formats {
		for _, size := range sizes {
			all = append(all, size+"&format="+string(format))
		}
	}
	return all
}

// pairs are all pictures with all queries.
func pairs(names, queries []string) []pair {
	var all []pair
	for _, name := range names {
		for _, query := range queries {
			all = append(all, pair{name, query})
		}
	}
	return all
}

// check says what is wrong with a run. A few pictures say nothing of growth.
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

// use resizes the load in one process.
func (s *stage) use(ctx context.Context, set settings, mb int, load []pair) (usage, error) {
	u := usage{memory: mb}
	b, err := s.start(ctx, mb, 0)
	if err != nil {
		return u, err
	}
	err = s.load(ctx, set, b, load, &u)
	killed, killedErr := b.group.Killed()
	if err == nil && killed > 0 {
		err = errors.New("a process is gone")
	}
	if err != nil {
		err = fmt.Errorf("%w; %d killed for want of memory; the last words were\n%s", err, killed, b.lastWords())
	}
	if err = errors.Join(err, killedErr, b.Close()); err != nil {
		return u, err
	}
	all, err := b.log()
	for _, l := range all {
		if l.Reason == edge.OutOfMemory {
			u.outOfMemory++
		}
	}
	return u, err
}

// load resizes the pictures as planned, and notes the memory that the process
// has.
func (s *stage) load(ctx context.Context, set settings, b *sandbox, load []pair, u *usage) error {
	told := progress.Start(set.progress, set.pictures)
	defer told.End()
	for i, p := range planPictures(set.seed, u.memory, set.pictures, load) {
		told.Tell(i, "pictures in %d MB", u.memory)
		resized, _, err := s.ask(ctx, b, p.name, p.query, cloudfront.FunctionTimeout)
		if err != nil {
			return fmt.Errorf("picture %d, %s?%s: %w", i, p.name, p.query, err)
		}
		if resized {
			u.resized++
		} else {
			u.originals++
		}
		resident, err := tryout.Resident(b.Process.Pid)
		if err != nil {
			return err
		}
		u.resident = append(u.resident, resident)
	}
	var err error
	u.peak, err = tryout.Peak(b.Process.Pid)
	return err
}

// ask asks for a variant and checks the answer as CloudFront does. It says
// whether the picture was resized and how much time was left.
func (s *stage) ask(ctx context.Context, b *sandbox, name, query string, within time.Duration) (resized bool, left time.Duration, err error) {
	headers := edge.Headers{}
	headers.Set("Content-Type", "application/octet-stream")
	headers.Set("Cache-Control", "max-age=86400")
	event, err := tryout.Event(bucketName, name, query, headers)
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
