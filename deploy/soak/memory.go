package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"text/tabwriter"
	"time"

	"github.com/edgeresize/edgeresize/deploy/cgroup"
	"github.com/edgeresize/edgeresize/deploy/tryout"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// sizes are asked for in turn.
var sizes = []string{"width=500&height=300", "width=64&height=64", "width=1200&height=800", "width=2000&height=1500"}

// settled is after how many pictures memory is to stay where it is, and
// growth how much more than that is still the same.
const (
	settled = 200
	growth  = 16 << 20 // bytes
)

// usage is how a run of memory went.
type usage struct {
	memory             int // MB
	resized, originals int
	outOfMemory        int   // among the originals
	early, late        int64 // the most resident bytes up to picture number settled, and after
	peak               int64 // resident, bytes
}

// soakMemory resizes a mixed load in processes that are killed if they take
// more memory than the function has.
func soakMemory(ctx context.Context, s settings) error {
	if err := cgroup.Available(); err != nil {
		return err
	}
	names, err := makePictures(ctx, s)
	if err != nil {
		return err
	}
	stage, err := newStage(ctx, s)
	if err != nil {
		return err
	}
	defer stage.Close()
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(s.out, "%d pictures of up to %d megapixels at each memory size; resident MiB\n\n", s.pictures, s.largest)
	fmt.Fprintf(w, "function MB\tresized\toriginals\tfor want of memory\tup to number %d\tafter\tpeak\t\n", settled)
	for _, mb := range s.memories {
		u, err := stage.use(ctx, s, mb, names)
		if err != nil {
			return fmt.Errorf("%d MB: %w", mb, err)
		}
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%.0f\t%.0f\t%.0f\t\n", u.memory, u.resized, u.originals, u.outOfMemory,
			mib(u.early), mib(u.late), mib(u.peak))
		if err := u.check(s); err != nil {
			w.Flush()
			return fmt.Errorf("%d MB: %w", mb, err)
		}
	}
	return w.Flush()
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// check says what is wrong with a run.
func (u usage) check(s settings) error {
	if s.pictures > settled && u.late > u.early+growth {
		return fmt.Errorf("resident memory grew from %.0f to %.0f MiB after picture %d", mib(u.early), mib(u.late), settled)
	}
	if u.resized == 0 {
		return fmt.Errorf("none of %d pictures was resized", s.pictures)
	}
	return nil
}

// use resizes the load in one process.
func (s *stage) use(ctx context.Context, set settings, mb int, names []string) (usage, error) {
	u := usage{memory: mb}
	b, err := s.start(ctx, mb, 0)
	if err != nil {
		return u, err
	}
	err = s.load(ctx, set, b, names, &u)
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
	reasons, err := b.reasons()
	u.outOfMemory = reasons[edge.OutOfMemory]
	return u, err
}

// load resizes the pictures and notes the memory that the process has.
func (s *stage) load(ctx context.Context, set settings, b *sandbox, names []string, u *usage) error {
	random := rand.New(rand.NewPCG(set.seed, uint64(u.memory)))
	for i := range set.pictures {
		if i%len(names) == 0 {
			random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		}
		name, query := names[i%len(names)], sizes[random.IntN(len(sizes))]
		if i%20 == 0 {
			set.progress("%d MB: picture %d of %d", u.memory, i, set.pictures)
		}
		resized, _, err := s.ask(ctx, b, name, query, cloudfront.FunctionTimeout)
		if err != nil {
			return fmt.Errorf("picture %d, %s?%s: %w", i, name, query, err)
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
		if i < settled {
			u.early = max(u.early, resident)
		} else {
			u.late = max(u.late, resident)
		}
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
