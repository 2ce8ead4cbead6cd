package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/edgeresize/edgeresize/deploy/account/originshield"
)

// counts is what a simulation has counted after the caches had become full.
type counts struct {
	seconds     float64 // of the time that was counted
	views       float64
	bytes       float64 // to viewers
	atLocation  float64 // views served by locations
	atRegion    float64 // views served by regional caches
	toShield    float64 // requests from other regions to the shield
	invocations float64
	otherBytes  float64       // of originals, that the function read from another region
	gets        float64       // of S3
	busy        [][24]float64 // seconds of executions, by region and hour UTC
	executing   float64       // the sum of busy
}

// part is the most bytes that the function asks S3 for at a time (edge/s3origin).
const part = 4 << 20

// info is a variant with its weight.
type info struct {
	variants                 float64 // that it stands for
	bytes, seconds, original float64
}

// catalogue holds the variants of a site.
type catalogue struct {
	*traffic
	kinds [][]info // by photograph and by the stratum's number modulo stride, then by pair
}

// catalogue returns the variants.
func (t *traffic) catalogue() catalogue {
	all := catalogue{traffic: t}
	for _, photograph := range t.photographs {
		for n := range t.stride {
			var pairs []info
			for p := range t.pairs() {
				v := photograph.at(t.format(p).format, t.size(n, p).Width)
				// The sizes that are simulated stand for all.
				pairs = append(pairs, info{1 / t.shareOfSizes(n), v.bytes, v.ms / 1000, photograph.bytes})
			}
			all.kinds = append(all.kinds, pairs)
		}
	}
	return all
}

// of returns the variant of a key.
func (all catalogue) of(key uint32) info {
	n, pair := int(key)/all.pairs(), int(key)%all.pairs()
	v := all.kinds[n%len(all.photographs)*all.stride+n%all.stride][pair]
	v.variants *= all.strata[n].pictures
	return v
}

// shareOfSizes returns the share of views of the sizes that are simulated of stratum n.
func (t *traffic) shareOfSizes(n int) float64 {
	sum := 0.0
	for i := range t.sampled() {
		sum += t.size(n, i*len(t.formats)).share
	}
	return sum
}

// home returns the region in which the function runs if there is a shield, -1 without.
func (s site) home() int {
	if !s.shield {
		return -1
	}
	nearest, _ := originshield.Nearest(s.bucket)
	return slices.IndexFunc(regions, func(r region) bool { return r.name == nearest })
}

// simulate sends arrivals through the caches. CloudFront makes requests for a variant that is
// being made wait for it (CloudFront Developer Guide, "Simultaneous requests for the same
// object"), so a cache has a variant from the first request for it on. A variant expires at
// every cache when it does where it was made first. Then it is made again, as its ETag is not
// the original's. While caches fill, a variant's first age is random, as at a site that has
// been running.
func simulate(t *traffic, arrivals []arrival, seed uint64) counts {
	warm := t.warmDays() * day
	c := counts{seconds: t.days*day - warm, busy: make([][24]float64, len(regions))}
	var locations, regional []*cache
	for range regions {
		regional = append(regional, newCache(t.cacheBytes))
		for range t.locations {
			locations = append(locations, newCache(t.locationBytes))
		}
	}
	all, home, age := t.catalogue(), t.home(), t.maxAge.Seconds()
	bucketRegion := slices.IndexFunc(regions, func(r region) bool { return r.name == t.bucket })
	random := rand.New(rand.NewPCG(seed, math.MaxUint64))
	keys := len(t.strata) * t.pairs()
	first := make(set, (keys*len(regions)+63)/64)
	for _, a := range arrivals {
		v := all.of(a.key)
		w := v.variants
		counted := 0.0
		if a.at >= warm {
			counted = w
		}
		c.views += counted * float64(a.views)
		c.bytes += counted * float64(a.views) * v.bytes
		here := locations[a.location]
		if _, ok := here.get(a.key, a.at); ok {
			c.atLocation += counted * float64(a.views)
			continue
		}
		c.atLocation += counted * float64(a.views-1)
		in := int(a.location) / t.locations
		expires, ok := regional[in].get(a.key, a.at)
		if ok {
			c.atRegion += counted
			here.put(a.key, v.bytes*w, expires)
			continue
		}
		madeIn := in
		if home >= 0 && in != home {
			c.toShield += counted
			madeIn = home
			expires, ok = regional[home].get(a.key, a.at)
		}
		if !ok {
			if expires = a.at + age; a.at < warm && first.add(madeIn*keys+int(a.key)) {
				expires = a.at + age*random.Float64()
			}
			c.made(madeIn, bucketRegion, v, a.at, counted)
			regional[madeIn].put(a.key, v.bytes*w, expires)
		}
		if in != madeIn {
			regional[in].put(a.key, v.bytes*w, expires)
		}
		here.put(a.key, v.bytes*w, expires)
	}
	return c
}

// made counts an invocation in a region for counted variants like v.
func (c *counts) made(in, bucketRegion int, v info, at, counted float64) {
	c.invocations += counted
	c.busy[in][int(at/3600)%24] += counted * v.seconds
	c.executing += counted * v.seconds
	c.gets += counted * (1 + math.Ceil(v.original/part)) // CloudFront's own, and the function's
	if in != bucketRegion {
		c.otherBytes += counted * v.original
	}
}

// set is a set of numbers.
type set []uint64

// add adds i and reports whether it was missing.
func (s set) add(i int) bool {
	bit := uint64(1) << (i % 64)
	missing := s[i/64]&bit == 0
	s[i/64] |= bit
	return missing
}
