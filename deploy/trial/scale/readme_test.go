package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io/fs"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/trial/price"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// number returns the number in a cell of a table, such as "12.3 M", "4.5k" or "6.7%".
func number(t *testing.T, cell string) float64 {
	t.Helper()
	cell = strings.TrimSuffix(strings.TrimSpace(cell), "%")
	factor := 1.0
	for unit, size := range map[string]float64{"k": 1e3, " M": 1e6, " B": 1e9} {
		if text, ok := strings.CutSuffix(cell, unit); ok {
			cell, factor = text, size
		}
	}
	n, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n * factor
}

// TestReadme checks README's table against a coarser simulation.
func TestReadme(t *testing.T) {
	o := defaults(t)
	o.months, o.arrivals = []float64{1e6, 1e8, 1e9, 1e10}, 150_000
	base, err := o.base()
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := simulateAll(t.Context(), o, base)
	if err != nil {
		t.Fatal(err)
	}
	lines := readme.Lines(t, "scale")[2:]
	if want := len(o.months) * len(settings); len(lines) != want {
		t.Fatalf("got %d lines, want %d", len(lines), want)
	}
	for n, line := range lines {
		r := outcomes[n%len(settings)][n/len(settings)]
		cells := strings.Split(line, "|")
		if name := strings.TrimSpace(cells[2]); name != settings[n%len(settings)].name || number(t, cells[1]) != r.site.views {
			t.Errorf("got %s", line)
		}
		for i, want := range []float64{
			3: 100 * r.atLocation / r.views, 4: 100 * (1 - r.invocations/r.views), 5: r.scale * r.invocations,
			6: math.Ceil(r.executions), 7: math.Ceil(r.flushed), 8: r.dollars.resizes, 9: r.dollars.shield, 10: r.dollars.s3, 11: r.dollars.all(),
		} {
			if i < 3 {
				continue
			}
			least := 1.0 // of small numbers, and percentage points
			if i < 5 {
				least = 3
			}
			if got := number(t, cells[i]); math.Abs(got-want) > max(least, 0.12*want) && (i != 6 || math.Abs(got-want) > 0.25*want) {
				t.Errorf("column %d is %v, simulated coarsely %.4g, in %s", i, got, want, line)
			}
		}
	}
	for i, s := range settings {
		for _, b := range breaks(outcomes[i]) {
			if !s.shield || b.name != "executions after invalidating everything" || !near(b.views, 2.6e9, 0.15) {
				t.Errorf("%s: %s breaks from %.3g views on", s.name, b.name, b.views)
			}
		}
	}
}

// TestReadmeOnMaxAge checks what README says of a max-age of a year.
func TestReadmeOnMaxAge(t *testing.T) {
	s, err := defaults(t).base()
	if err != nil {
		t.Fatal(err)
	}
	s.views, s.allowed, s.shield = 1e9, spread(6), true
	usual := simulateSite(t, s, 60_000, 1)
	s.maxAge = 8760 * time.Hour
	long := simulateSite(t, s, 60_000, 1)
	if share := long.scale * long.invocations / (usual.scale * usual.invocations); share >= 0.02 || share <= 0 {
		t.Errorf("%.4f of the resizes are left", share)
	}
}

// TestReadmePrice checks that resizes cost what make cost says.
func TestReadmePrice(t *testing.T) {
	m := regexp.MustCompile(`\| \*\*512 MB\*\* \| \*\*([0-9]+)\*\* \| \*\*[0-9]+ MiB\*\* \| \*\*([0-9.]+)\*\*`).FindStringSubmatch(strings.Join(readme.Lines(t, "cost"), "\n"))
	if m == nil {
		t.Fatal("README has no price of 512 MB")
	}
	if got, want := price.Invocations(1e6, 1e6*number(t, m[1]), variantsMemoryMB), number(t, m[2]); math.Abs(got-want) > 0.01 {
		t.Errorf("a million resizes cost $%.2f, in README $%.2f", got, want)
	}
}

// TestReadmeFlags checks that the command has the flags of README's commands.
func TestReadmeFlags(t *testing.T) {
	var usage bytes.Buffer
	flags := flag.NewFlagSet("scale", flag.ContinueOnError)
	flags.SetOutput(&usage)
	var o options
	o.define(flags)
	flags.PrintDefaults()
	commands := readme.Commands(t, "go run ./deploy/trial/scale")
	for _, command := range append(commands, "-max-age -executions") {
		readme.CheckFlags(t, strings.Fields(command), "\n"+usage.String())
	}
	if len(commands) == 0 {
		t.Error("README has no command")
	}
}

// TestOptions checks that wrong flags are one clear error.
func TestOptions(t *testing.T) {
	for _, tt := range []struct {
		change func(*options)
		want   string
	}{
		{func(o *options) { o.pictures = 0 }, "-pictures is 0"},
		{func(o *options) { o.exponent = math.NaN() }, "-exponent is NaN"},
		{func(o *options) { o.sizes = 41 }, "-sizes is 41: want 1 to 40"},
		{func(o *options) { o.peak = 3 }, "-peak is 3"},
		{func(o *options) { o.maxAge = time.Second }, "-max-age is 1s"},
		{func(o *options) { o.bucket = "mars" }, "-bucket is mars"},
		{func(o *options) { o.bucket = "me-central-1" }, "-bucket is me-central-1"},
		{func(o *options) { o.formats = "gif=1" }, `"gif=1" is not`},
		{func(o *options) { o.formats = "avif=0.5" }, "add up to 0.5"},
		{func(o *options) { o.locationGB = 0 }, "-location-gb"},
		{func(o *options) { o.locationGB = math.Inf(1) }, "-location-gb"},
		{func(o *options) { o.cacheGB = 1e7 }, "-cache-gb"},
		{func(o *options) { o.quota = math.Inf(1) }, "-executions"},
	} {
		o := defaults(t)
		tt.change(&o)
		if err := run(t.Context(), o, nil); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
	for _, bad := range []string{"", "x", "-1", "1e6,", "NaN"} {
		if got, err := parseViews(bad); err == nil {
			t.Errorf("%q: got %v", bad, got)
		}
	}
}

// TestPlotFile checks that a plot that cannot be written is refused before the simulation.
func TestPlotFile(t *testing.T) {
	o := defaults(t)
	o.svg = filepath.Join(t.TempDir(), "none", "scale.svg")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx, o, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// TestBreaks checks where a quota is found to break between two simulations.
func TestBreaks(t *testing.T) {
	at := func(views, flushed float64) outcome {
		s := site{views: views, peak: 1, quota: 1000}
		return outcome{site: s, counts: counts{seconds: 1}, flushed: flushed}
	}
	got := breaks([]outcome{at(1e6, 1), at(1e8, 100), at(1e10, 10_000), at(1e11, 1e5)})
	if len(got) != 1 || !near(got[0].views, 1e9, 1e-6) {
		t.Errorf("got %+v", got)
	}
}

// TestPhotographs checks that a measured variant is what was measured, and that others are
// between.
func TestPhotographs(t *testing.T) {
	all, err := parsePhotographs(variantsFile)
	if err != nil || len(all) != 12 {
		t.Fatalf("got %d, %v", len(all), err)
	}
	for i, p := range all {
		for format, measured := range p.variants {
			for k, v := range measured {
				if got := p.at(format, int(v.width)); !near(got.ms, v.ms, 1e-9) || !near(got.bytes, v.bytes, 1e-9) {
					t.Errorf("photograph %d, %s, %v wide: got %v, want %v", i, format, v.width, got, v)
				}
				if k == 0 {
					continue
				}
				before := measured[k-1]
				if got := p.at(format, int(before.width+v.width)/2); got.bytes <= before.bytes || got.bytes >= v.bytes {
					t.Errorf("photograph %d, %s: got %v between %v and %v", i, format, got, before, v)
				}
			}
		}
	}
	for _, bad := range []string{"a,b,c,d,e,f\n1,avif,x,2,3,4\n", "a,b,c,d,e,f\n1,avif,320,213,3,4\n2,avif,640,1,1,1\n"} {
		if got, err := parsePhotographs(bad); err == nil {
			t.Errorf("%q: got %v", bad, got)
		}
	}
}

// TestSizes checks that the viewer-request function maps sizes to the list, and that all views
// are of some size.
func TestSizes(t *testing.T) {
	s := smallSite(t, 1)
	s.asked, s.allowed = spread(40), []edge.Size{{Width: 400, Height: 267}, {Width: 1600, Height: 1067}}
	got, err := s.sizes(t.Context())
	if err != nil || len(got) != 2 || got[0].Size != s.allowed[0] || got[1].Size != s.allowed[1] {
		t.Fatalf("got %v, %v", got, err)
	}
	if sum := got[0].share + got[1].share; math.Abs(sum-1) > 1e-9 {
		t.Errorf("the shares add up to %v", sum)
	}
}

// TestStrideOf checks that a stride divides the sizes and leaves enough of them.
func TestStrideOf(t *testing.T) {
	for sizes, want := range map[int]int{1: 1, 6: 1, 10: 2, 40: 8, 42: 7, 43: 1} {
		if got := strideOf(sizes); got != want {
			t.Errorf("%d sizes: got %d, want %d", sizes, got, want)
		}
	}
}

// TestDrawDollars checks that the plot has a point for each outcome that costs anything.
func TestDrawDollars(t *testing.T) {
	line := []outcome{{site: site{views: 0}}, {site: site{views: 1e6}, dollars: dollars{resizes: 3}}, {site: site{views: 1e8}, dollars: dollars{resizes: 50}}}
	svg, err := drawDollars([][]outcome{line, line, line, line})
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(svg, []byte("<circle")); n != 8 {
		t.Errorf("got %d points, want 8", n)
	}
	for _, want := range []string{">3.00<", ">0.50<", ">100 M<", ">Sizes, shield<"} {
		if !bytes.Contains(svg, []byte(want)) {
			t.Errorf("no %s in\n%s", want, svg)
		}
	}
}
