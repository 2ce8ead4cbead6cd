package main

import (
	"math"
	"math/rand/v2"
	"sort"
	"testing"
)

// TestCache checks that a cache drops the variant that was not asked for longest, forgets what
// has expired, and takes nothing larger than itself.
func TestCache(t *testing.T) {
	c := newCache(3)
	for key := range uint32(3) {
		c.put(key, 1, 10)
	}
	if _, ok := c.get(0, 1); !ok {
		t.Error("0 is not there")
	}
	c.put(3, 1, 10)
	c.put(9, 4, 10)
	for key, want := range map[uint32]bool{0: true, 1: false, 2: true, 3: true, 9: false} {
		if _, got := c.get(key, 2); got != want {
			t.Errorf("%d is there: %v, want %v", key, got, want)
		}
	}
	if _, ok := c.get(0, 10); ok {
		t.Error("0 did not expire")
	}
	if c.bytes != 2 || len(c.entries) != 2 {
		t.Errorf("%v bytes in %d entries, want 2 in 2", c.bytes, len(c.entries))
	}
}

// TestCacheAgainstChe checks the hit rate of a cache under Zipf's law against Che's
// approximation: a variant is there if it was asked for within a time that is the same for
// all, in which variants of the cache's capacity are asked for.
func TestCacheAgainstChe(t *testing.T) {
	const keys, requests = 3000, 400_000
	for _, exponent := range []float64{0.6, 0.8, 1.1} {
		for _, capacity := range []float64{30, 300, 1500} {
			rates, sums, sum := make([]float64, keys), make([]float64, keys), 0.0
			for i := range rates {
				rates[i] = math.Pow(float64(i+1), -exponent)
				sum += rates[i]
				sums[i] = sum
			}
			random := rand.New(rand.NewPCG(1, 2))
			c := newCache(capacity)
			hits := 0.0
			for i := range 2 * requests {
				key := uint32(sort.SearchFloat64s(sums, random.Float64()*sum))
				if _, ok := c.get(key, 0); !ok {
					c.put(key, 1, 1)
				} else if i >= requests {
					hits++
				}
			}
			if got, want := hits/requests, cheHits(rates, sum, capacity); math.Abs(got-want) > 0.01 {
				t.Errorf("exponent %v, capacity %v: got %.4f, want %.4f", exponent, capacity, got, want)
			}
		}
	}
}

// cheHits returns the share of hits by Che's approximation (Che, Tung and Wang, "Hierarchical
// Web Caching Systems", 2002).
func cheHits(rates []float64, sum, capacity float64) float64 {
	low, high := 0.0, 1e9
	there := func(time float64) (n, hits float64) {
		for _, r := range rates {
			p := -math.Expm1(-r / sum * time)
			n += p
			hits += r / sum * p
		}
		return n, hits
	}
	for range 100 {
		if n, _ := there((low + high) / 2); n < capacity {
			low = (low + high) / 2
		} else {
			high = (low + high) / 2
		}
	}
	_, hits := there(low)
	return hits
}
