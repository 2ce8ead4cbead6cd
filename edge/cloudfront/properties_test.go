package cloudfront_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// TestEveryOrder checks what viewers get, whatever they ask for in which order and
// spelling, whatever S3, deployments and invalidations do in between, and however
// the guide is read. A site's viewer function is in front and All behind it, or
// neither if the reading allows that.
//
//   - A plain GET of a size gives the whole right variant, or the whole original if
//     that is right. It never gives a piece or a mixture, nothing older than a
//     cache may hold or an invalidation has removed, and no variant of another
//     config once its time is over.
//   - What was served for a failure disappears after its time.
//   - Ranges are pieces of what a plain GET could give, and all pieces with one
//     ETag belong to one file.
//   - HEAD says nothing that GET does not say.
func TestEveryOrder(t *testing.T) {
	const seeds = 4
	for i, readings := range cloudfront.PairwiseReadings() {
		for seed := range uint64(seeds) {
			t.Run(fmt.Sprintf("readings %d/seed %d", i, seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					defer time.Sleep(slack) // requests under way must end in the bubble
					w := newWorld(t, rand.New(rand.NewPCG(seed, uint64(i))), readings)
					if seed%2 == 0 {
						w.makeCanonical()
					}
					for range 80 {
						w.step()
					}
					w.settle()
				})
			})
		}
	}
}

// step makes something happen.
func (w *world) step() {
	r := w.rand
	size := sizes[r.IntN(len(sizes))]
	if w.store.inTrouble() && r.IntN(4) == 0 {
		w.trouble(nil, "")
	}
	switch r.IntN(20) {
	case 0:
		w.upload()
	case 1, 2:
		w.sleep(time.Duration(r.IntN(30)) * time.Second)
	case 3:
		w.sleep(fresh)
	case 4:
		w.invalidate([]string{"/*", "/a.jpg*", "#Photo:1"}[r.IntN(3)])
	case 5:
		w.attach([]int{unattached, 0, 0, 1, 1}[r.IntN(5)])
	case 6:
		w.trouble([]error{nil, nil, errUnavailable, errors.New("connection refused")}[r.IntN(4)],
			[]edge.Reason{"", edge.S3Failed, edge.S3Failed, edge.S3Denied}[r.IntN(4)])
	case 7, 8, 9:
		w.ranged(size)
	case 10, 11:
		w.conditional(size)
	case 12:
		w.head(size)
	case 13, 14:
		w.leave(size)
	default:
		w.plain(size)
	}
}

func (w *world) sleep(d time.Duration) {
	w.note("%v go by", d)
	time.Sleep(d)
	if w.store.isDown() {
		w.lastDown = time.Now()
	}
}

// trouble begins or ends a fault of S3: CloudFront's requests fail with down,
// the function's for reason.
func (w *world) trouble(down error, reason edge.Reason) {
	w.note("S3: %v for CloudFront, %q for the function", down, reason)
	if w.store.isDown() || down != nil {
		w.lastDown = time.Now()
	}
	w.store.fail(down, reason)
}

// settle ends all trouble, and waits until nothing of the past is left.
func (w *world) settle() {
	time.Sleep(slack)
	w.trouble(nil, "")
	w.attach(1)
	w.invalidate("#photo:1")
	for _, size := range sizes {
		w.ranged(size)
		w.present(size)
	}
	w.upload()
	w.attach(0)
	time.Sleep(fresh + whileStale + errorTTL + slack)
	for _, size := range sizes {
		w.conditional(size)
		time.Sleep(fresh + whileStale + errorTTL + slack)
		w.present(size)
		w.ranged(size)
		w.present(size)
	}
}

// present checks that the answer is the current one.
func (w *world) present(size string) {
	w.t.Helper()
	got, body := w.ask("GET", size)
	now := w.now()
	want := photos()[now.version%len(photos())]
	if size != "" {
		want = variant(now.version%len(photos()), size, now.config)
	}
	if got.StatusCode != http.StatusOK || string(body) != string(want) {
		w.failf("%q in the end: got %d, %d bytes, %v; want %d bytes", size, got.StatusCode, len(body), got.Header, len(want))
	}
}
