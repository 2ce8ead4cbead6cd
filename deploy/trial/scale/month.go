package main

import (
	"math"
	"math/cmplx"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"github.com/edgeresize/edgeresize/deploy/account/originshield"
	"github.com/edgeresize/edgeresize/deploy/trial/price"
)

// outcome is what a month of a site comes to.
type outcome struct {
	site       site
	counts             // of the time that was counted
	scale      float64 // from that time to a month
	executions float64 // at a time, in the busiest region and hour
	flushed    float64 // the same right after everything was invalidated
	dollars    dollars
}

// dollars are the costs of a month.
type dollars struct {
	resizes, shield, s3          float64 // follow from invocations
	requests, function, transfer float64 // follow from views
}

// ofResizing returns the costs of resizing: of the function, the shield and S3.
func (d dollars) ofResizing() float64 { return d.resizes + d.shield + d.s3 }

// all returns all costs.
func (d dollars) all() float64 { return d.ofResizing() + d.requests + d.function + d.transfer }

// outcomeOf returns the outcome of a simulation.
func outcomeOf(t *traffic, c counts) outcome {
	o := outcome{site: t.site, counts: c, scale: month / c.seconds}
	o.executions = t.executions(c)
	o.flushed = t.flushed()
	perShield, _ := originshield.DollarsPerMillion(t.shieldRegion())
	o.dollars = dollars{
		resizes:  o.scale * price.Invocations(c.invocations, c.executing*1000, variantsMemoryMB),
		shield:   o.scale * c.toShield * perShield / 1e6,
		s3:       price.S3Gets(o.scale*c.gets) + price.ToRegion(o.scale*c.otherBytes),
		requests: price.ViewerRequests(o.scale * c.views),
		function: price.ViewerFunction(o.scale * c.views),
		transfer: price.ToViewers(o.scale * c.bytes),
	}
	return o
}

// shieldRegion returns the shield's region, or "" without a shield.
func (s site) shieldRegion() string {
	if home := s.home(); home >= 0 {
		return regions[home].name
	}
	return ""
}

// deviations is how far above the mean of an hour its busiest moment is taken to be, in
// standard deviations of a Poisson distribution: 99.9% of the moments are below.
const deviations = 3

// executions returns the executions at a time in the busiest region and hour. The day's curve
// is the sine that fits the executions best, of all regions together by local time: the
// numbers of one region and hour are noisy.
func (t *traffic) executions(c counts) float64 {
	if c.executing == 0 {
		return 0
	}
	var wave complex128
	busiest := 0.0
	for i, r := range regions {
		sum := 0.0
		for hour, seconds := range c.busy[i] {
			sum += seconds
			wave += complex(seconds, 0) * cmplx.Rect(1, 2*math.Pi*(float64(hour)+r.utc)/24)
		}
		busiest = max(busiest, sum/c.seconds)
	}
	mean := busiest * (1 + 2*cmplx.Abs(wave)/c.executing)
	return mean + deviations*math.Sqrt(mean)
}

// flushed returns the executions at a time right after all caches were emptied in the busiest
// hour of the busiest region: each variant is being made that was asked for within the time
// that making it takes.
func (t *traffic) flushed() float64 {
	share := 0.0 // of the day's views, in the busiest hour
	if t.shield {
		share = t.worldPeak()
	} else {
		for _, r := range regions {
			share = max(share, r.share*t.peak)
		}
	}
	n := 0.0
	all := t.catalogue()
	for i, s := range t.strata {
		for p := range t.pairs() {
			v := all.of(uint32(i*t.pairs() + p))
			n += v.variants * -math.Expm1(-s.views*share*t.pair(i, p)*v.seconds)
		}
	}
	return n + deviations*math.Sqrt(n)
}

// worldPeak returns the views of all regions in their busiest hour, relative to the mean.
func (s site) worldPeak() float64 {
	most := 0.0
	for hour := range 24 {
		sum := 0.0
		for _, r := range regions {
			sum += r.share * r.rate(s.peak, float64(hour)*3600)
		}
		most = max(most, sum)
	}
	return most
}

// quota is a quota of AWS and what a site needs of it.
type quota struct {
	name          string
	needed, limit float64
	advice        string
}

// quotas returns the quotas of a site.
func (o outcome) quotas() []quota {
	perSecond := 0.0
	if o.executing > 0 {
		perSecond = o.executions * o.invocations / o.executing
	}
	environments := max(o.executions, perSecond/edgelimits.RequestsOfOne)
	views := o.views / o.seconds * o.site.worldPeak()
	meanBytes := 0.0
	if o.views > 0 {
		meanBytes = o.bytes / o.views
	}
	return []quota{
		{"executions after invalidating everything", o.flushed, o.site.quota,
			"invalidate tags or paths instead, at a quiet hour; attach with -keep-cache; ask for more executions"},
		{"executions", environments, o.site.quota, "a longer max-age and Sizes; ask for more executions"},
		{"invocations a second", perSecond, edgelimits.RequestsPerSecond, "a longer max-age and Sizes; ask for more"},
		{"GETs a second of S3", o.gets / o.seconds * o.site.worldPeak(), s3Gets,
			"spread the originals over several prefixes"},
		{"views a second", views, edgelimits.ViewsPerSecond, "ask for more"},
		{"Gbit/s to viewers", views * meanBytes * 8 / 1e9, edgelimits.GigabitsPerSec, "ask for more"},
	}
}

// s3Gets is the number of GETs a second that S3 serves at least, for each prefix (Amazon S3
// User Guide, "Best practices design patterns: optimizing Amazon S3 performance").
const s3Gets = 5500
