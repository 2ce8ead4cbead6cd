package purge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeelasticache"
	"github.com/edgeresize/edgeresize/deploy/purge"
	"github.com/edgeresize/edgeresize/deploy/purge/changes"
	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/deploy/purge/ledger"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// newSharedLedger starts a cache and returns a function that opens a ledger in it.
func newSharedLedger(t *testing.T, now func() time.Time) func() *ledger.Ledger {
	t.Helper()
	key := aws.Credentials{AccessKeyID: "ASIA", SecretAccessKey: "secret"}
	cache := fakeelasticache.ForTest(t, &fakeelasticache.Verifier{
		Cache: "ledger", User: "edgeresize", Region: "eu-west-1", Credentials: key, Now: now,
	}, false)
	return func() *ledger.Ledger {
		l := ledger.New(ledger.Options{
			Address: cache.Address, Cache: "ledger", User: "edgeresize", Region: "eu-west-1", Distribution: distribution,
			MonthlyPaths: 1000, RootCAs: cache.Roots(), Now: now, Credentials: credentials.StaticCredentialsProvider{Value: key},
		})
		t.Cleanup(l.Close)
		return l
	}
}

// queue is SQS: it hands out a message again until that is deleted.
type queue struct {
	mu      sync.Mutex
	waiting []changes.Change
}

// newQueue returns a queue of 10,000 changes in ten seconds. Some are of objects that
// changed before.
func newQueue() *queue {
	q := &queue{}
	r := rand.New(rand.NewPCG(7, 11))
	for n := range 10_000 {
		q.waiting = append(q.waiting, changes.Change{
			Bucket: "originals", Key: fmt.Sprintf("shop/%d/%d/%d.jpg", r.IntN(5), r.IntN(40), r.IntN(60)),
			Time: start.Add(time.Duration(n) * time.Millisecond), Sequencer: fmt.Sprintf("%08X", n), Message: fmt.Sprint(n),
		})
	}
	return q
}

// take hands out up to n changes.
func (q *queue) take(n int) changes.Batch {
	q.mu.Lock()
	defer q.mu.Unlock()
	n = min(n, len(q.waiting))
	b := changes.Batch{Queued: true, Changes: q.waiting[:n:n]}
	q.waiting = q.waiting[n:]
	return b
}

// back puts back the changes of b whose messages are in again.
func (q *queue) back(b changes.Batch, again []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	wanted := map[string]bool{}
	for _, message := range again {
		wanted[message] = true
	}
	for _, c := range b.Changes {
		if wanted[c.Message] {
			c.Redelivered = true
			q.waiting = append(q.waiting, c)
		}
	}
}

// left returns the keys of the changes that no later invalidation covers.
func left(all []changes.Change, invalidated map[string]time.Time) []string {
	var keys []string
	for _, c := range all {
		path := "/" + c.Key + "*"
		covered := invalidated[path].After(c.Time)
		for _, folder := range paths.Folders(path) {
			covered = covered || invalidated[folder].After(c.Time)
		}
		if !covered {
			keys = append(keys, c.Key)
		}
	}
	return keys
}

// anotherFunction returns a second process of w's function.
func anotherFunction(w *world) *purge.Purger {
	p, c := w.Purger, w.Client
	return &purge.Purger{
		Client:  &invalidate.Client{API: c.API, Distribution: c.Distribution, Now: c.Now, Rest: c.Rest, Wait: c.Wait},
		Mapping: p.Mapping, Mode: p.Mode, Ledger: p.Ledger, Budget: p.Budget, Window: p.Window, Log: p.Log, Now: p.Now,
	}
}

// TestBurst purges ten thousand changes at once with two functions. The fake checks
// that CloudFront's quotas are kept. In the end a later invalidation must cover every
// change.
func TestBurst(t *testing.T) {
	for _, shared := range []bool{false, true} {
		t.Run(fmt.Sprint("ledger ", shared), func(t *testing.T) {
			w := newWorld(t)
			w.Window = time.Minute
			w.Client.Wait = func(context.Context, time.Duration) error { return context.DeadlineExceeded }
			functions := []*purge.Purger{anotherFunction(w), anotherFunction(w)}
			if shared {
				open := newSharedLedger(t, w.clock.Now)
				for _, p := range functions {
					p.Ledger = open()
				}
			}
			invalidated := map[string]time.Time{}
			w.cloudfront.Invalidated = func(_ string, paths []string) {
				for _, path := range paths {
					invalidated[path] = w.clock.Now()
				}
			}
			q := newQueue()
			all := q.waiting
			w.clock.Add(15 * time.Second)
			for round := 0; len(q.waiting) > 0 && round < 100; round++ {
				var both sync.WaitGroup
				for _, p := range functions {
					both.Go(func() {
						b := q.take(1000)
						q.back(b, p.Purge(t.Context(), b).Again)
					})
				}
				both.Wait()
				w.clock.Add(121 * time.Second) // CloudFront and the ledger count all as completed
				w.cloudfront.Complete(distribution)
			}
			if keys := left(all, invalidated); len(keys) > 0 || len(q.waiting) > 0 {
				t.Errorf("%d changes are left in the queue, and not invalidated: %q", len(q.waiting), keys)
			}
			made := len(w.cloudfront.Invalidations(distribution))
			t.Logf("%d invalidations", made)
			if made > 150 {
				t.Errorf("%d invalidations", made)
			}
		})
	}
}

// BenchmarkBurst measures events per second: ten thousand in SQS messages, parsed,
// planned and sent to the fake CloudFront in batches of a thousand.
func BenchmarkBurst(b *testing.B) {
	const batches = 10
	payloads := make([][]byte, batches)
	for i := range payloads {
		payloads[i] = messages(b, newQueue().waiting[i*1000:(i+1)*1000])
	}
	events := 0
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b)
		b.StartTimer()
		for _, payload := range payloads {
			batch, err := changes.Parse(payload)
			if err != nil {
				b.Fatal(err)
			}
			if r := w.Purge(b.Context(), batch); r.Err != nil {
				b.Fatal(r.Err)
			}
			w.cloudfront.Complete(distribution)
			events += len(batch.Changes)
		}
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}

// messages returns changes as a batch of SQS messages from EventBridge.
func messages(tb testing.TB, all []changes.Change) []byte {
	tb.Helper()
	records := make([]map[string]any, len(all))
	for i, c := range all {
		body, err := json.Marshal(map[string]any{
			"source": "aws.s3", "detail-type": "Object Created", "time": c.Time,
			"detail": map[string]any{"bucket": map[string]any{"name": c.Bucket}, "object": map[string]any{"key": c.Key, "sequencer": c.Sequencer}},
		})
		if err != nil {
			tb.Fatal(err)
		}
		records[i] = map[string]any{"eventSource": "aws:sqs", "messageId": c.Message, "body": string(body)}
	}
	payload, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		tb.Fatal(err)
	}
	return payload
}
