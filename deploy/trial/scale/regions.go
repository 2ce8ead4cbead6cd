package main

import "math"

// region is one of CloudFront's regional caches.
type region struct {
	name  string
	share float64 // of all views
	utc   float64 // hours of local time before UTC's
}

// regions are the 13 regional caches. Their shares are an assumption: a site with viewers in
// all the world. A test compares the names with deploy/account/originshield.
var regions = []region{
	{"us-east-1", 0.17, -5}, {"us-east-2", 0.10, -6}, {"us-west-2", 0.11, -8},
	{"eu-central-1", 0.14, 1}, {"eu-west-1", 0.06, 0}, {"eu-west-2", 0.10, 0},
	{"ap-south-1", 0.08, 5.5}, {"ap-southeast-1", 0.06, 8}, {"ap-southeast-2", 0.03, 10},
	{"ap-northeast-1", 0.06, 9}, {"ap-northeast-2", 0.03, 9},
	{"sa-east-1", 0.04, -3}, {"me-central-1", 0.02, 4},
}

const (
	day   = 24 * 3600.0 // seconds
	month = 30 * day

	busiestHour = 20.0 // of local time
)

// rate returns the views of a region at a time, in seconds since midnight UTC, relative to
// the day's mean. It is a sine whose top is peak, 1 to 2.
func (r region) rate(peak, at float64) float64 {
	return 1 + (peak-1)*math.Cos(2*math.Pi*(at/3600+r.utc-busiestHour)/24)
}

// clock turns the time of a region's day in which views come at a steady rate into seconds.
type clock struct{ at []float64 }

// steps is the number of steps of a clock.
const steps = 2880

// clockOf returns the clock of a region.
func clockOf(r region, peak float64) clock {
	passed := make([]float64, steps+1) // steady time, by seconds
	for i := range steps {
		passed[i+1] = passed[i] + r.rate(peak, day*(float64(i)+0.5)/steps)
	}
	c := clock{make([]float64, steps+1)}
	i := 0
	for k := range c.at {
		want := passed[steps] * float64(k) / steps
		for i < steps-1 && passed[i+1] < want {
			i++
		}
		c.at[k] = day / steps * (float64(i) + min(1, (want-passed[i])/(passed[i+1]-passed[i])))
	}
	return c
}

// seconds returns the seconds at a steady time, both since the first day began.
func (c clock) seconds(steady float64) float64 {
	whole := math.Floor(steady / day)
	f := (steady/day - whole) * steps
	i := min(int(f), steps-1)
	return whole*day + c.at[i] + (f-float64(i))*(c.at[i+1]-c.at[i])
}
