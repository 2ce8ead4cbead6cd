package purge_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/purge"
	"github.com/edgeresize/edgeresize/deploy/purge/changes"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
	"github.com/edgeresize/edgeresize/edge/cachetag"
)

// readings are the fake's quotas: each reading of the documentation, and both.
var readings = map[string]fakecloudfront.Quotas{
	"in progress": fakecloudfront.InProgress,
	"by second":   fakecloudfront.BySecond,
	"both":        fakecloudfront.InProgress | fakecloudfront.BySecond,
}

// storm is a queue, two functions and a CloudFront under faults: messages come twice
// and out of order, answers get lost, CloudFront throttles, functions are killed before
// they answer the queue, and their clocks jump.
type storm struct {
	*world
	r         *rand.Rand
	all       []changes.Change
	messages  []changes.Change // in the queue
	functions [2]*purge.Purger
	skews     [2]time.Duration // of their clocks

	// CloudFront's goroutines use the following fields too.
	mu     sync.Mutex
	faults *rand.Rand
	killed func()               // called before each call; may be nil
	made   map[string]time.Time // when paths were invalidated last
}

func newStorm(t *testing.T, seed uint64, quotas fakecloudfront.Quotas) *storm {
	t.Helper()
	s := &storm{
		world: newWorld(t), r: rand.New(rand.NewPCG(seed, 1)),
		faults: rand.New(rand.NewPCG(seed, 2)), made: map[string]time.Time{},
	}
	s.cloudfront.Quotas = quotas
	s.cloudfront.Invalidated = func(_ string, paths []string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, path := range paths {
			s.made[path] = s.clock.Now()
		}
	}
	s.aws.Fault = func(fakeaws.Call) fakeaws.Fault {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.killed != nil {
			s.killed()
		}
		switch s.faults.IntN(12) {
		case 0:
			return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusBadRequest, Code: "Throttling"}}
		case 1:
			return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable"}}
		case 2:
			return fakeaws.Fault{Lost: fakeaws.AfterEffect}
		case 3:
			return fakeaws.Fault{Lost: fakeaws.BeforeEffect}
		}
		return fakeaws.Fault{}
	}
	var shared purge.Ledger
	if b := newFakeLedger(); seed%2 == 0 {
		shared = b
	}
	mode := purge.Modes[s.r.IntN(len(purge.Modes))]
	if mode == purge.Tag && s.r.IntN(2) == 0 {
		s.tag()
	}
	for i := range s.functions {
		p := anotherFunction(s.world)
		p.Now = func() time.Time { return s.clock.Now().Add(s.skews[i]) }
		p.Client.Now = p.Now
		p.Ledger, p.Mode, p.Window = shared, mode, time.Minute
		s.functions[i] = p
	}
	return s
}

// change changes an object, with one or two messages.
func (s *storm) change() {
	key := []string{"a/%d.jpg", "b/é %d.jpg", "c/d/%d@2x.png", "%d.gif", "a/%d"}[s.r.IntN(5)]
	c := changes.Change{
		Bucket: "originals", Key: fmt.Sprintf(key, s.r.IntN(8)), Time: s.clock.Now(),
		Sequencer: fmt.Sprintf("%08X", len(s.all)), Message: fmt.Sprint(len(s.all)),
	}
	s.all = append(s.all, c)
	s.messages = append(s.messages, c)
	if s.r.IntN(4) == 0 {
		s.messages = append(s.messages, c)
	}
}

// invoke makes function n purge some messages of the queue, in any order. If the
// function is killed, all of them are redelivered.
func (s *storm) invoke(n int) {
	s.r.Shuffle(len(s.messages), func(i, j int) { s.messages[i], s.messages[j] = s.messages[j], s.messages[i] })
	some := min(1+s.r.IntN(40), len(s.messages))
	batch := changes.Batch{Queued: true, Changes: s.messages[:some:some]}
	s.messages = slices.Clone(s.messages[some:])
	if s.r.IntN(3) == 0 {
		s.skews[n] = time.Duration(s.r.Int64N(int64(4*time.Hour))) - 2*time.Hour
	}
	p := s.functions[n]
	end := s.clock.Now().Add(25 * time.Second)
	rest := func(_ context.Context, d time.Duration) error {
		if s.clock.Add(d); s.clock.Now().After(end) {
			return context.DeadlineExceeded
		}
		return nil
	}
	p.Client.Rest, p.Client.Wait = rest, rest
	ctx, kill := context.WithCancel(s.t.Context())
	defer kill()
	if s.r.IntN(4) == 0 {
		calls, at := 0, s.r.IntN(6)
		s.killBefore(func() {
			if calls++; calls > at {
				kill() // the call may still take effect
			}
		})
		defer s.killBefore(nil)
	}
	again := p.Purge(ctx, batch).Again
	for _, c := range batch.Changes {
		if ctx.Err() != nil || slices.Contains(again, c.Message) {
			c.Redelivered = true
			s.messages = append(s.messages, c)
		}
	}
}

// killBefore sets a function to call before each call of CloudFront, nil for none.
func (s *storm) killBefore(killed func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.killed = killed
}

// uncovered returns the keys of changes with a path that has not been invalidated
// since.
func (s *storm) uncovered() (keys []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mapping := paths.Mapping{}
	for _, c := range s.all {
		since := func(item string) bool { at, ok := s.made[item]; return ok && !at.Before(c.Time) }
		if since(cachetag.Item(cachetag.Of(c.Bucket, c.Key))) {
			continue
		}
		of, _ := mapping.Of(c.Key)
		for _, path := range of {
			if !since(path) && !slices.ContainsFunc(paths.Folders(path), since) {
				keys = append(keys, c.Key+" by "+path)
			}
		}
	}
	return keys
}

// Whatever goes wrong, an invalidation of all its paths follows every change, and the
// queue is empty in the end.
func TestNoChangeIsLost(t *testing.T) {
	for name, quotas := range readings {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(15) {
				s := newStorm(t, seed, quotas)
				for round := 0; round < 20 || len(s.messages) > 0; round++ {
					for range s.r.IntN(6) {
						if round < 20 {
							s.change()
						}
						s.clock.Add(time.Duration(s.r.IntN(2000)) * time.Millisecond)
					}
					if len(s.messages) > 0 {
						s.invoke(s.r.IntN(2))
					}
					if s.r.IntN(3) == 0 {
						s.clock.Add(2 * time.Minute)
						s.cloudfront.Complete(distribution)
						if b, ok := s.functions[0].Ledger.(*fakeLedger); ok {
							b.complete()
						}
					}
					if round == 2000 {
						t.Fatalf("seed %d: %d messages are left, and %s", seed, len(s.messages), &s.log)
					}
				}
				if keys := s.uncovered(); len(keys) > 0 {
					t.Fatalf("seed %d: %s in the cache", seed, strings.Join(keys, ", "))
				}
			}
		})
	}
}
