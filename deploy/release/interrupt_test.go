package release

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// scenario is a command, and what was there before it.
type scenario struct {
	name    string
	prepare func(t *testing.T, b *bench)
	do      func(ctx context.Context, b *bench) error
	// fails, if set, reports whether the command ends in the right error.
	fails func(error) bool
}

var scenarios = []scenario{
	{name: "publish the first",
		prepare: func(_ *testing.T, b *bench) { b.functions.AddRole(role, 1) },
		do:      publishing("one")},
	{name: "publish another",
		prepare: func(t *testing.T, b *bench) {
			_, err := b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, "one"), Role: role, MemoryMB: 1024})
			must(t, err)
		},
		do: publishing("two")},
	{name: "publish the same",
		prepare: func(t *testing.T, b *bench) { must(t, publishing("one")(t.Context(), b)) },
		do:      publishing("one")},
	{name: "adopt", prepare: func(t *testing.T, b *bench) { b.made(t, "lambda_function.handler", nil) },
		do: func(ctx context.Context, b *bench) error {
			_, err := b.Publish(ctx, PublishOptions{Zip: zipOf(b.t, "one"), Adopt: true})
			return err
		}},
	{name: "attach the first", prepare: func(t *testing.T, b *bench) {
		b.withSite(t)
		b.published(t, "one")
	}, do: attaching("1")},
	{name: "attach another", prepare: oneAttached, do: func(ctx context.Context, b *bench) error {
		return b.Attach(ctx, AttachOptions{Place: defaultPlace})
	}},
	{name: "attach what does not work", prepare: secondBroken, do: attaching("2"),
		fails: func(err error) bool { failed := (*CanaryError)(nil); return errors.As(err, &failed) }},
	{name: "roll back", prepare: twoAttached,
		do: func(ctx context.Context, b *bench) error { return b.Rollback(ctx, defaultPlace, "") }},
	{name: "roll back to", prepare: twoAttached,
		do: func(ctx context.Context, b *bench) error { return b.Rollback(ctx, defaultPlace, "1") }},
	{name: "attach what is attached, the cache being of before", prepare: func(t *testing.T, b *bench) {
		b.KeepCache = true
		twoAttached(t, b)
		b.KeepCache = false
	}, do: func(ctx context.Context, b *bench) error {
		return b.Attach(ctx, AttachOptions{Place: defaultPlace})
	}},
	{name: "invalidate", prepare: func(t *testing.T, b *bench) {
		b.KeepCache = true
		twoAttached(t, b)
		b.KeepCache = false
	}, do: func(ctx context.Context, b *bench) error { return b.Invalidate(ctx, "E1") }},
	{name: "detach", prepare: oneAttached,
		do: func(ctx context.Context, b *bench) error { return b.Detach(ctx, defaultPlace) }},
	{name: "tear down", prepare: func(t *testing.T, b *bench) {
		oneAttached(t, b)
		must(t, b.Detach(t.Context(), defaultPlace))
	}, do: tearDown},
	{name: "tear down what has replicas", prepare: func(t *testing.T, b *bench) {
		b.functions.Lingering = math.MaxInt
		oneAttached(t, b)
		must(t, b.Detach(t.Context(), defaultPlace))
	}, do: tearDown, fails: func(err error) bool { kept := (*ReplicatedError)(nil); return errors.As(err, &kept) }},
}

func tearDown(ctx context.Context, b *bench) error { return b.Teardown(ctx) }

func publishing(text string) func(context.Context, *bench) error {
	return func(ctx context.Context, b *bench) error {
		arn, err := b.Publish(ctx, PublishOptions{Zip: zipOf(b.t, text), Role: role, MemoryMB: 512})
		if err == nil && arn == "" {
			return errors.New("no ARN")
		}
		return err
	}
}

func attaching(version string) func(context.Context, *bench) error {
	return func(ctx context.Context, b *bench) error {
		return b.Attach(ctx, AttachOptions{Place: defaultPlace, Version: version, Canary: b.siteURL})
	}
}

// oneAttached publishes two versions, and attaches the first.
func oneAttached(t *testing.T, b *bench) {
	if b.site == nil {
		b.withSite(t)
	}
	b.published(t, "one")
	b.published(t, "two")
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1"}))
}

// twoAttached publishes two versions, and attaches one after the other.
func twoAttached(t *testing.T, b *bench) {
	oneAttached(t, b)
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "2"}))
}

// secondBroken does what oneAttached does, and breaks the second version.
func secondBroken(t *testing.T, b *bench) {
	oneAttached(t, b.withSite(t))
	right := b.site.Function
	b.site.Function = func(arn string) cloudfront.Function {
		if arn == functionARN+":2" {
			return broken["a variant where there is none"].function(right(arn))
		}
		return right(arn)
	}
}

// ended checks the end of a scenario that was not interrupted, and that viewers get
// nothing from before it.
func (s scenario) ended(t *testing.T, b *bench, err error) {
	t.Helper()
	if err != nil && s.fails == nil || s.fails != nil && !s.fails(err) {
		t.Fatalf("got %v\n%s", err, &b.progress)
	}
	b.cache.wantFresh(t)
}

// fresh returns a bench that is prepared for a scenario.
func (s scenario) fresh(t *testing.T) *bench {
	b := newBench(t)
	b.functions.Polls, b.distributions.Polls = 0, 0
	s.prepare(t, b)
	b.functions.Polls, b.distributions.Polls, b.distributions.InvalidationPolls = 1, 1, 1
	b.cache.watch()
	b.progress.Reset()
	b.waits, b.visits = 0, 0
	return b
}

// undisturbed runs a scenario, and returns the state at its end, its calls, and the
// numbers of its waits and of its requests to the site.
func (s scenario) undisturbed(t *testing.T) (state string, calls []fakeaws.Call, waits, visits int) {
	t.Helper()
	b := s.fresh(t)
	before := len(b.aws.Calls())
	s.ended(t, b, s.do(t.Context(), b))
	return b.state(), b.aws.Calls()[before:], b.waits, b.visits
}

// A command that is killed before, during or after any of its calls, waits and requests
// to the site, and is run again, comes to the same end. It is run again once for each of
// the states in which it may have left everything.
func TestKilledAnywhere(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			want, calls, waits, visits := s.undisturbed(t)
			left := map[string]bool{}
			again := func(name string, kill func(b *bench, stop context.CancelFunc)) {
				t.Helper()
				b := s.fresh(t)
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				kill(b, stop)
				if err := s.do(ctx, b); !errors.Is(err, context.Canceled) {
					t.Fatalf("%s: it went on: %v\n%s", name, err, &b.progress)
				}
				b.aws.Fault = nil
				b.onWait, b.onVisit = nil, nil
				state := b.state() + b.cache.state()
				if left[state] {
					return
				}
				left[state] = true
				s.ended(t, b, s.do(t.Context(), b))
				if got := b.state(); got != want {
					t.Errorf("%s: got\n%s\nwant\n%s\n%s", name, got, want, &b.progress)
				}
			}
			for n, call := range calls {
				moments := []fakeaws.Lost{fakeaws.BeforeEffect, fakeaws.AfterEffect}
				if !call.Writes {
					moments = moments[:1] // it has no effect
				}
				for _, lost := range moments {
					again(fmt.Sprintf("call %d, %d", n, lost), func(b *bench, stop context.CancelFunc) {
						b.faultAt(n, func(fakeaws.Call) fakeaws.Fault { stop(); return fakeaws.Fault{Lost: lost} })
					})
				}
			}
			for n := range waits {
				again(fmt.Sprintf("wait %d", n), func(b *bench, stop context.CancelFunc) {
					b.onWait = func(count int) {
						if count == n {
							stop()
						}
					}
				})
			}
			for n := range visits {
				again(fmt.Sprintf("visit %d", n), func(b *bench, stop context.CancelFunc) {
					b.onVisit = func(count int) {
						if count == n {
							stop()
						}
					}
				})
			}
		})
	}
}

// A call that fails for a passing reason is made again, whether or not it had its effect.
func TestFaultsAnywhere(t *testing.T) {
	throttled := map[string]*fakeaws.Error{
		"lambda":     {Status: http.StatusTooManyRequests, Code: "TooManyRequestsException", Message: "Rate Exceeded."},
		"cloudfront": {Status: http.StatusBadRequest, Code: "Throttling", Message: "Rate exceeded"},
	}
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			want, calls, _, _ := s.undisturbed(t)
			comesTo := func(name string, disturb func(b *bench)) {
				t.Helper()
				b := s.fresh(t)
				disturb(b)
				s.ended(t, b, s.do(t.Context(), b))
				if got := b.state(); got != want {
					t.Errorf("%s: got\n%s\nwant\n%s\n%s", name, got, want, &b.progress)
				}
			}
			comesTo("each call throttled", func(b *bench) {
				again := false
				b.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
					if again = !again; again {
						return fakeaws.Fault{Error: throttled[c.Service]}
					}
					return fakeaws.Fault{}
				}
			})
			for n, call := range calls {
				if call.Writes { // a read is made again the same way as one that is throttled
					comesTo(fmt.Sprintf("the answer to call %d lost", n), func(b *bench) {
						b.faultAt(n, func(fakeaws.Call) fakeaws.Fault { return fakeaws.Fault{Lost: fakeaws.AfterEffect} })
					})
				}
			}
		})
	}
}

// faultAt applies fault to the n-th call from here on; 0 is the next.
func (b *bench) faultAt(n int, fault func(fakeaws.Call) fakeaws.Fault) {
	at := len(b.aws.Calls()) + n
	b.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.N == at {
			return fault(c)
		}
		return fakeaws.Fault{}
	}
}

// A command that takes too long ends with advice on how to go on.
func TestSlow(t *testing.T) {
	b := newBench(t).withSite(t)
	b.published(t, "one")
	b.distributions.Polls = 1 << 20
	var waited time.Duration
	b.Wait = func(_ context.Context, d time.Duration) error { waited += d; return nil }
	err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace})
	if slow := (*SlowError)(nil); !errors.As(err, &slow) || slow.Seen != "InProgress" || waited != distributionPatience.limit {
		t.Errorf("got %v after %v", err, waited)
	}
}
