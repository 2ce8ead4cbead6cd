package main

import (
	"strings"
	"testing"
)

// byHand returns an outcome whose numbers are easy to reckon with.
func byHand() outcome {
	c := counts{seconds: 10, views: 2000, bytes: 2e9, atLocation: 1000, atRegion: 400, invocations: 300, executing: 15, gets: 500}
	return outcome{site: site{views: 1e6, peak: 2, quota: 30}, counts: c, scale: 10, executions: 19.5, flushed: 7}
}

// TestQuotas checks what a site needs of each quota.
func TestQuotas(t *testing.T) {
	o := byHand()
	peak := o.site.worldPeak()
	if peak <= 1.1 || peak >= 2 {
		t.Errorf("the world's peak is %v", peak)
	}
	for i, want := range []struct {
		name   string
		needed float64
	}{
		{"executions after invalidating everything", 7},
		{"executions", 39}, // of 50 ms: one makes at most 10 a second
		{"invocations a second", 390},
		{"GETs a second of S3", 50 * peak},
		{"views a second", 200 * peak},
		{"Gbit/s to viewers", 1.6 * peak},
	} {
		if got := o.quotas()[i]; got.name != want.name || !near(got.needed, want.needed, 1e-9) {
			t.Errorf("got %s, %v, want %s, %v", got.name, got.needed, want.name, want.needed)
		}
	}
	o.executing = 30
	if got := o.quotas()[1].needed; got != 19.5 {
		t.Errorf("%v executions of 100 ms, want 19.5", got)
	}
}

// TestPrintAll checks the rows, and what is said of quotas.
func TestPrintAll(t *testing.T) {
	var outcomes [][]outcome
	for i := range settings {
		o := byHand()
		o.dollars = dollars{resizes: 1, shield: 2, s3: 3, requests: 100, function: 20, transfer: 3}
		if i > 0 {
			o.site.quota = 40
		}
		outcomes = append(outcomes, []outcome{o})
	}
	var out strings.Builder
	o := defaults(t)
	o.months = []float64{1e6}
	if err := printAll(&out, o, outcomes); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{
		"1 M any size 50.0 40.0 85.0 3k 5k 20 7 1 M",
		"1 M Sizes, shield 1.00 2.00 3.00 123 129 ",
		"any size from 1 M views: executions (30); a longer max-age",
		"Sizes, shield nothing up to 1 M views",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
