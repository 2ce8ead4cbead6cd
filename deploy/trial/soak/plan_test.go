package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// met asks f for each of the objects in turn, by a number of viewers at a time, and returns
// by object the faults that its requests have met, in order.
func met(f *faulty, objects []string, viewers int) map[string][]string {
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		got   = map[string][]string{}
		next  = make(chan string)
	)
	for range viewers {
		group.Go(func() {
			for object := range next {
				r := httptest.NewRequest(http.MethodGet, "/pictures/"+object, nil)
				mu.Lock()
				name := ""
				if chosen := f.choose(r); chosen != nil {
					name = chosen.Name
				}
				got[object] = append(got[object], name)
				mu.Unlock()
			}
		})
	}
	for _, object := range objects {
		next <- object
	}
	close(next)
	group.Wait()
	return got
}

// TestSeedDecidesEverything: one seed makes one plan of requests, pictures and faults,
// whatever comes first, and another seed makes another one.
func TestSeedDecidesEverything(t *testing.T) {
	var objects []string
	for i := range 2000 {
		objects = append(objects, fmt.Sprint(i%20, ".jpg"))
	}
	load := pairs([]string{"a.jpg", "b.jpg", "c.jpg"}, queries([]resize.Format{resize.AVIF}))
	type plan struct {
		requests []int
		pictures []pair
		faults   map[string][]string
	}
	run := func(seed uint64, viewers int) plan {
		shuffled := slices.Clone(objects)
		rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		return plan{
			planRequests(seed, 1000, 300),
			planPictures(seed, 512, 50, load),
			met(&faulty{seed: seed, rate: 0.01}, shuffled, viewers),
		}
	}
	first := run(1, 1)
	for range 3 {
		if again := run(1, viewers); !reflect.DeepEqual(again, first) {
			t.Error("two runs with one seed differ")
		}
	}
	other := run(2, 1)
	if slices.Equal(other.requests, first.requests) || slices.Equal(other.pictures, first.pictures) || reflect.DeepEqual(other.faults, first.faults) {
		t.Error("two seeds make the same plan")
	}
}

// TestQueries: each size is asked for without a format and with each format.
func TestQueries(t *testing.T) {
	got := queries([]resize.Format{resize.AVIF, resize.WebP})
	var want []string
	for _, format := range []string{"", "&format=avif", "&format=webp"} {
		for _, size := range sizes {
			want = append(want, size+format)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestPlansAreFair: each fault comes at its rate, each URL is asked for, and each pair as
// often as the others.
func TestPlansAreFair(t *testing.T) {
	const requests, rate = 20000, 0.01
	f := &faulty{seed: 1, rate: rate}
	counts := map[string]int{}
	for i := range requests {
		if chosen := f.choose(httptest.NewRequest(http.MethodGet, fmt.Sprint("/pictures/", i%50), nil)); chosen != nil {
			counts[chosen.Name]++
		}
	}
	for _, fault := range faults {
		if got := counts[fault.Name]; got < requests*rate/2 || got > requests*rate*2 {
			t.Errorf("%s came %d times of %d, want about %v", fault.Name, got, requests, requests*rate)
		}
	}
	if len(counts) != len(faults) {
		t.Errorf("%d faults came, want %d of different names", len(counts), len(faults))
	}
	asked := planRequests(1, 3000, 300)
	slices.Sort(asked)
	if got := len(slices.Compact(asked)); got < 295 {
		t.Errorf("%d of 300 URLs were asked for", got)
	}
	load := pairs([]string{"a.jpg", "b.jpg", "c.jpg"}, queries([]resize.Format{resize.AVIF}))
	seen := map[pair]int{}
	for i, p := range planPictures(1, 256, 5*len(load), load) {
		if seen[p] != i/len(load) {
			t.Errorf("%v came %d times before others", p, seen[p])
		}
		seen[p]++
	}
}

// TestFaultsBeginWithTheirRate: requests do not count while S3 is well.
func TestFaultsBeginWithTheirRate(t *testing.T) {
	f := &faulty{seed: 1}
	met(f, []string{"a", "a", "b"}, 1)
	f.rate = 1. / 2 / float64(len(faults))
	want := met(&faulty{seed: 1, rate: f.rate}, []string{"a", "a", "a", "a"}, 1)
	if got := met(f, []string{"a", "a", "a", "a"}, 1); !reflect.DeepEqual(got, want) {
		t.Errorf("met %v, want %v", got, want)
	}
}
