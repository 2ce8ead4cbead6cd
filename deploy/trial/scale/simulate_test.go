package main

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/account/originshield"
)

// defaults returns the options of a run without flags.
func defaults(t *testing.T) options {
	t.Helper()
	o := options{months: []float64{1e6, 1e7, 1e8, 1e9, 1e10}}
	flags := flag.NewFlagSet("", flag.PanicOnError)
	o.define(flags)
	return o
}

// smallSite returns a site of few pictures with views a month.
func smallSite(t *testing.T, views float64) site {
	t.Helper()
	s, err := defaults(t).base()
	if err != nil {
		t.Fatal(err)
	}
	s.views, s.pictures, s.asked = views, 300, spread(10)
	return s
}

// simulateSite returns what a site comes to, with at most about budget arrivals.
func simulateSite(t *testing.T, s site, budget float64, seed uint64) outcome {
	t.Helper()
	plan, err := plan(t.Context(), s, seed, budget)
	if err != nil {
		t.Fatal(err)
	}
	arrivals, err := plan.arrivals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := plan.expected(); math.Abs(float64(len(arrivals))-n) > 6*math.Sqrt(n)+n/50 {
		t.Errorf("%d arrivals, expected %.0f", len(arrivals), n)
	}
	return outcomeOf(plan, simulate(plan, arrivals, seed))
}

// near reports whether got is want but for a share of it.
func near(got, want, share float64) bool { return math.Abs(got-want) <= share*want }

// TestResizesFollowFromMaxAge checks the resizes of caches that drop nothing: a variant that is
// asked for at a rate is made again after max-age and the time until the next request.
func TestResizesFollowFromMaxAge(t *testing.T) {
	for _, views := range []float64{2e6, 2e8} { // without and with a sample of variants
		for _, shield := range []bool{false, true} {
			s := smallSite(t, views)
			s.peak, s.shield, s.locationBytes, s.cacheBytes = 1, shield, 1e15, 1e15
			got := simulateSite(t, s, 400_000, 1)
			want, age := 0.0, s.maxAge.Seconds()
			popularity, sum := s.popularity()
			for _, p := range popularity {
				for _, f := range s.formats {
					rate := s.views / month * p / sum * f.share / float64(len(s.asked))
					if shield {
						want += float64(len(s.asked)) * month / (age + 1/rate)
						continue
					}
					for _, r := range regions {
						want += float64(len(s.asked)) * month / (age + 1/(rate*r.share))
					}
				}
			}
			if made := got.scale * got.invocations; !near(made, want, 0.03) {
				t.Errorf("%.0g views, shield %v: got %.0f resizes, want %.0f", views, shield, made, want)
			}
			if !near(got.scale*got.views, views, 0.03) {
				t.Errorf("got %.0f views, want %.0f", got.scale*got.views, views)
			}
		}
	}
}

// TestSamplesAgree checks that a sample of the variants gives what all of them give, and that
// a coarse one gives what a fine one gives.
func TestSamplesAgree(t *testing.T) {
	for _, tt := range []struct{ views, coarse, fine float64 }{{6e6, 100_000, 1e6}, {3e8, 150_000, 600_000}} {
		for _, shield := range []bool{false, true} {
			s := smallSite(t, tt.views)
			s.pictures, s.shield, s.locationBytes, s.cacheBytes = 5000, shield, 2e9, 3e10
			a, b := simulateSite(t, s, tt.coarse, 1), simulateSite(t, s, tt.fine, 2)
			for _, c := range []struct {
				name string
				a, b float64
			}{
				{"resizes", a.scale * a.invocations, b.scale * b.invocations},
				{"hits at locations", a.atLocation / a.views, b.atLocation / b.views},
				{"bytes", a.bytes / a.views, b.bytes / b.views},
				{"executions", a.executions, b.executions},
				{"executions after an invalidation", a.flushed, b.flushed},
			} {
				if !near(c.a, c.b, 0.08) {
					t.Errorf("%.0g views, shield %v, %s: %.4g of %.0f arrivals, %.4g of %.0f", tt.views, shield, c.name, c.a, tt.coarse, c.b, tt.fine)
				}
			}
		}
	}
}

// TestNoViews checks that a site without views costs nothing.
func TestNoViews(t *testing.T) {
	o := simulateSite(t, smallSite(t, 0), 1000, 1)
	if o.invocations != 0 || o.executions != 0 || o.flushed != 0 || o.dollars.all() != 0 {
		t.Errorf("got %v resizes, %v executions, %v after an invalidation, $%v", o.invocations, o.executions, o.flushed, o.dollars.all())
	}
	for _, q := range o.quotas() {
		if q.needed != 0 {
			t.Errorf("%s: %v", q.name, q.needed)
		}
	}
}

// TestShieldNeverAddsResizes checks that a shield leads to no more resizes, whatever the site.
func TestShieldNeverAddsResizes(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for seed := range uint64(12) {
		s := smallSite(t, math.Pow(10, 4+3*random.Float64()))
		s.exponent = 1.5 * random.Float64()
		s.maxAge = time.Duration(math.Pow(10, 3*random.Float64()) * float64(time.Hour) / 10)
		s.locationBytes = math.Pow(10, 5+4*random.Float64())
		s.cacheBytes = s.locationBytes * 10
		with := s
		with.shield = true
		if a, b := simulateSite(t, s, 30_000, seed), simulateSite(t, with, 30_000, seed); b.invocations > a.invocations {
			t.Errorf("seed %d: %v resizes, %v with a shield", seed, a.invocations, b.invocations)
		}
	}
}

// TestMoreSizesMoreResizes checks that resizes grow with the list of sizes, and are most
// without one.
func TestMoreSizesMoreResizes(t *testing.T) {
	last := 0.0
	for _, n := range []int{1, 2, 5, 10, 0} {
		s := smallSite(t, 1e6)
		s.allowed = spread(n)
		o := simulateSite(t, s, 1e6, 1)
		if n > 0 && o.invocations <= last || n == 0 && o.invocations < last {
			t.Errorf("%d sizes: %v resizes, with fewer sizes %v", n, o.invocations, last)
		}
		last = o.invocations
	}
}

// TestSameSeed checks that a seed always gives the same.
func TestSameSeed(t *testing.T) {
	s := smallSite(t, 1e6)
	a, b := simulateSite(t, s, 1e5, 7), simulateSite(t, s, 1e5, 7)
	if fmt.Sprint(a.counts) != fmt.Sprint(b.counts) {
		t.Errorf("got %+v and %+v", a.counts, b.counts)
	}
}

// TestArrivals sends single requests through the caches: simultaneous ones make one variant in
// each region, or one in all with a shield; after max-age it is made again.
func TestArrivals(t *testing.T) {
	for _, tt := range []struct {
		name     string
		shield   bool
		at       []float64 // seconds after the caches have become full
		location []uint16
		made     float64
		toShield float64
	}{
		{"two locations of a region", false, []float64{0, 0}, []uint16{0, 1}, 1, 0},
		{"two regions", false, []float64{0, 0}, []uint16{0, 8}, 2, 0},
		{"two regions, shield", true, []float64{0, 0}, []uint16{0, 8}, 1, 2},
		{"the shield's own region", true, []float64{0, 0}, []uint16{24, 25}, 1, 0},
		{"within max-age", false, []float64{0, day - 1}, []uint16{0, 0}, 1, 0},
		{"after max-age", false, []float64{0, day}, []uint16{0, 0}, 2, 0},
		{"after max-age since it was made", true, []float64{0, day / 2, day + 1}, []uint16{0, 8, 8}, 2, 3},
	} {
		s := smallSite(t, 1)
		s.shield = tt.shield
		p, err := plan(t.Context(), s, 1, 1000)
		if err != nil {
			t.Fatal(err)
		}
		var arrivals []arrival
		for i, at := range tt.at {
			arrivals = append(arrivals, arrival{p.warmDays()*day + at, 0, tt.location[i], 1})
		}
		c := simulate(p, arrivals, 1)
		if math.Abs(c.invocations-tt.made) > 1e-9 || math.Abs(c.toShield-tt.toShield) > 1e-9 {
			t.Errorf("%s: made %v times, %v requests to the shield, want %v and %v", tt.name, c.invocations, c.toShield, tt.made, tt.toShield)
		}
	}
}

// TestRegions checks that the regions are those with a shield, and that their shares are all
// views.
func TestRegions(t *testing.T) {
	var names []string
	sum := 0.0
	for _, r := range regions {
		names = append(names, r.name)
		sum += r.share
	}
	slices.Sort(names)
	if !slices.Equal(names, originshield.Regions()) || math.Abs(sum-1) > 1e-9 {
		t.Errorf("got %v with %v of the views", names, sum)
	}
}

// TestClock checks that a clock's hours follow a region's rate.
func TestClock(t *testing.T) {
	r := regions[0]
	c := clockOf(r, 2)
	last := -1.0
	var perHour [24]float64
	for i := range 240_000 {
		at := c.seconds(day + day*float64(i)/240_000)
		if at < last {
			t.Fatalf("%v after %v", at, last)
		}
		last = at
		perHour[int(at/3600)%24] += 1.0 / 10_000
	}
	for hour, n := range perHour {
		if want := r.rate(2, float64(hour)*3600+1800); math.Abs(n-want) > 0.02 {
			t.Errorf("hour %d: got %.3f, want %.3f", hour, n, want)
		}
	}
}
