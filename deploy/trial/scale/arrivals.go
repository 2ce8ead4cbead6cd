package main

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
)

// arrival is a request that reaches a location, with those that follow it so soon that they
// find what it has left.
type arrival struct {
	at       float64 // seconds
	key      uint32
	location uint16 // counted over all regions
	views    float32
}

// traffic makes the arrivals of a site.
type traffic struct {
	site
	sizes  []served
	strata []stratum
	stride int // one in stride sizes of a picture is simulated, and stands for the others
	// most holds the largest share of views of any pair and sums the running sums of all
	// shares, both by the stratum's number modulo stride.
	most []float64
	sums [][]float64
	seed uint64
	days float64
	// batch is the time in seconds within which requests for a variant at a location are one
	// arrival, if they are expected to come that often.
	batch float64
}

// pairs returns the number of pairs of a size and a format that are simulated of a picture.
func (t *traffic) pairs() int { return t.sampled() * len(t.formats) }

// sampled returns the number of sizes that are simulated of a picture.
func (t *traffic) sampled() int { return len(t.sizes) / t.stride }

// size returns the size of a pair of stratum n: the sizes alternate from stratum to stratum.
func (t *traffic) size(n, pair int) served {
	return t.sizes[pair/len(t.formats)*t.stride+n%t.stride]
}

// format returns the format of a pair.
func (t *traffic) format(pair int) formatShare { return t.formats[pair%len(t.formats)] }

// pair returns the share of a picture's views of a pair of stratum n.
func (t *traffic) pair(n, pair int) float64 { return t.size(n, pair).share * t.format(pair).share }

// isOften reports whether requests at a rate are made in batches.
func (t *traffic) isOften(rate float64) bool { return rate*t.batch > 0.5 }

// expected returns the number of arrivals to expect.
func (t *traffic) expected() float64 {
	rates := 0.0
	for _, r := range regions {
		for n, s := range t.strata {
			views := s.views * r.share
			sums := t.seldom(views, n)
			rates += views * sums[len(sums)-1] / float64(t.locations)
			if !t.hasOften(views, n) {
				continue
			}
			for p := range t.pairs() {
				if rate := views * t.pair(n, p) / float64(t.locations); t.isOften(rate) {
					rates += 1 / (t.batch + 1/rate)
				}
			}
		}
	}
	return rates * t.days * day * float64(t.locations)
}

// arrivals returns the arrivals in order. Requests for each variant at each location are a
// Poisson process whose rate follows the region's day.
func (t *traffic) arrivals(ctx context.Context) ([]arrival, error) {
	all := make([]arrival, 0, int(t.expected()*1.1))
	for i, r := range regions {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		all = t.addRegion(all, i, r)
	}
	slices.SortFunc(all, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.key, b.key), cmp.Compare(a.location, b.location))
	})
	return all, nil
}

// addRegion appends the arrivals of region i.
func (t *traffic) addRegion(arrivals []arrival, i int, r region) []arrival {
	random := rand.New(rand.NewPCG(t.seed, uint64(i)))
	hours := clockOf(r, t.peak)
	for n, s := range t.strata {
		views := s.views * r.share
		first := uint32(n * t.pairs())
		if t.hasOften(views, n) {
			arrivals = t.addOften(arrivals, random, hours, views, n, i)
		}
		seldom := t.seldom(views, n)
		sum := seldom[len(seldom)-1]
		if sum <= 0 {
			continue
		}
		for steady := random.ExpFloat64() / (views * sum); steady < t.days*day; steady += random.ExpFloat64() / (views * sum) {
			pair := min(sort.SearchFloat64s(seldom, random.Float64()*sum), len(seldom)-1)
			location := uint16(i*t.locations + random.IntN(t.locations))
			arrivals = append(arrivals, arrival{hours.seconds(steady), first + uint32(pair), location, 1})
		}
	}
	return arrivals
}

// hasOften reports whether any pair of stratum n is made in batches, if a picture gets views a
// second in a region.
func (t *traffic) hasOften(views float64, n int) bool {
	return t.isOften(views * t.most[n%t.stride] / float64(t.locations))
}

// seldom returns the running sums of the shares of those pairs of stratum n that are not made
// in batches.
func (t *traffic) seldom(views float64, n int) []float64 {
	if !t.hasOften(views, n) {
		return t.sums[n%t.stride]
	}
	sums, sum := make([]float64, t.pairs()), 0.0
	for p := range sums {
		if share := t.pair(n, p); !t.isOften(views * share / float64(t.locations)) {
			sum += share
		}
		sums[p] = sum
	}
	return sums
}

// sample sets which sizes are simulated: one of stride.
func (t *traffic) sample(stride int) {
	t.stride = stride
	t.most, t.sums = make([]float64, stride), make([][]float64, stride)
	for n := range stride {
		sum := 0.0
		for p := range t.pairs() {
			share := t.pair(n, p)
			sum += share
			t.most[n] = max(t.most[n], share)
			t.sums[n] = append(t.sums[n], sum)
		}
	}
}

// addOften appends the arrivals in region i of those pairs of stratum n that are made in
// batches.
func (t *traffic) addOften(arrivals []arrival, random *rand.Rand, hours clock, views float64, n, i int) []arrival {
	for p := range t.pairs() {
		rate := views * t.pair(n, p) / float64(t.locations)
		if !t.isOften(rate) {
			continue
		}
		key := uint32(n*t.pairs() + p)
		for l := range t.locations {
			for steady := random.ExpFloat64() / rate; steady < t.days*day; steady += t.batch + random.ExpFloat64()/rate {
				a := arrival{hours.seconds(steady), key, uint16(i*t.locations + l), float32(1 + rate*t.batch)}
				arrivals = append(arrivals, a)
			}
		}
	}
	return arrivals
}

// sizesOfOne is the least number of sizes of a picture to simulate, if it has that many.
const sizesOfOne = 5

// strideOf returns the largest stride that divides a number of sizes and leaves sizesOfOne.
func strideOf(sizes int) int {
	for stride := sizes / sizesOfOne; stride > 1; stride-- {
		if sizes%stride == 0 {
			return stride
		}
	}
	return 1
}

// plan returns the traffic of a site, with about budget arrivals or fewer. Up to that many
// views, it simulates every picture in every size. Beyond that, one picture in some sizes
// stands for a stratum of pictures that are viewed about equally often: what a cache does with
// a variant depends only on how often viewers ask for it, and on how soon the cache drops
// unused ones. A variant that stands for others takes their room in the caches, and never more
// than a small part. Strata of often viewed pictures are wider, as they would take the most
// arrivals.
func plan(ctx context.Context, s site, seed uint64, budget float64) (*traffic, error) {
	sizes, err := s.sizes(ctx)
	if err != nil {
		return nil, err
	}
	t := &traffic{site: s, sizes: sizes, seed: seed, batch: min(s.maxAge.Seconds()/batches, 3600)}
	t.sample(1)
	warm := s.warmDays()
	t.days = warm + 1
	perDay := s.views / month * day
	if perDay > 0 {
		t.days = warm + math.Floor(min(10, max(1, budget/perDay-warm)))
	}
	if perDay*t.days <= budget {
		t.strata = s.strata(1, func(float64) float64 { return 0 })
		return t, nil
	}
	t.sample(strideOf(len(sizes)))
	work := func(share float64) float64 { // relative to the most that a variant takes
		often := share * s.views / month / float64(len(sizes)*t.locations*len(regions)) * t.batch
		return often / (1 + often)
	}
	_, sum := s.popularity()
	most := int(max(1, s.locationBytes/leastEntries/usualBytes/float64(t.stride)))
	top := work(1 / sum)
	for more := 0.001; more < 2; more *= 1.25 {
		t.strata = s.strata(most, func(share float64) float64 { return more * math.Sqrt(work(share)/top) })
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if t.expected() <= budget {
			break
		}
	}
	return t, nil
}

const (
	// leastEntries is about the least number of entries of a full location.
	leastEntries = 200
	usualBytes   = 100_000 // of a variant
)

// batches is the least number of arrivals in max-age of a variant that is asked for often. A
// location may renew it late, by up to the time between two arrivals; a regional cache by less.
const batches = 24

// warmDays returns the days after which caches are as full as they become.
func (s site) warmDays() float64 { return min(30, math.Ceil(s.maxAge.Seconds()/day)) }
