package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/trial"
	"github.com/edgeresize/edgeresize/edge"
)

// cache is the folder of pictures that the tests share.
var cache string

func TestMain(m *testing.M) {
	var err error
	if cache, err = os.MkdirTemp("", "soak"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(cache)
	os.Exit(status)
}

// short returns settings for a soak of some seconds with small pictures.
func short(t *testing.T) settings {
	return settings{
		cache: cache, largest: 1, seed: 1,
		memories: []int{256}, pictures: 40,
		shares: []int{512}, left: []time.Duration{time.Second},
		paceShares: []int{512}, paceSizes: []string{"width=500&height=300"},
		requests: 600,
		progress: t.Output(), out: t.Output(),
	}
}

// TestMemory: memory finds nothing wrong.
func TestMemory(t *testing.T) {
	needGroups(t)
	if err := soakMemory(t.Context(), short(t)); err != nil {
		t.Error(err)
	}
}

// TestDeadlines: deadlines finds nothing wrong.
func TestDeadlines(t *testing.T) {
	needGroups(t)
	if err := soakDeadlines(t.Context(), short(t)); err != nil {
		t.Error(err)
	}
}

// TestPace: pace finds nothing wrong, and reports variants in each format.
func TestPace(t *testing.T) {
	needGroups(t)
	s := short(t)
	s.largest, s.left = 2, []time.Duration{10 * time.Second}
	var report strings.Builder
	s.out = &report
	if err := soakPace(t.Context(), s); err != nil {
		t.Error(err)
	}
	for _, format := range edge.DefaultConfig().Formats {
		if want := fmt.Sprintf("%d %s", pacePictures, format); !strings.Contains(report.String(), want) {
			t.Errorf("no %q in\n%s", want, &report)
		}
	}
}

// TestPaceCheck: an original that was served is an error, whatever the reason.
func TestPaceCheck(t *testing.T) {
	for _, tt := range []struct {
		line string
		ok   bool
		want string
	}{
		{`{"outcome":"resized","format":"avif","effort":"fast","passed_over":{}}`, true, "2 avif fast"},
		{`{"outcome":"resized","format":"jpeg","passed_over":{"avif":{"why":"out-of-time","ms":3}}}`, true, "2 jpeg (avif out-of-time)"},
		{`{"outcome":"original","reason":"out-of-time"}`, false, "2 original out-of-time"},
	} {
		got, err := parseLog(tt.line + "\n" + tt.line + "\n")
		if err != nil || tallied(got) != tt.want {
			t.Errorf("%s: %q, %v, want %q", tt.line, tallied(got), err, tt.want)
		}
		if err := checkPaced(got); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.line, err)
		}
	}
	if err := checkPaced(nil); err == nil {
		t.Error("a run without answers is let pass")
	}
	if _, err := parseLog("panic: oh\n"); err == nil {
		t.Error("what is no log line is let pass")
	}
}

// TestTraffic: traffic finds nothing wrong.
func TestTraffic(t *testing.T) {
	if err := soakTraffic(t.Context(), short(t)); err != nil {
		t.Error(err)
	}
}

// needGroups skips a test if control groups cannot be made.
func needGroups(t *testing.T) {
	t.Helper()
	if err := trial.CheckGroups(); errors.Is(err, trial.ErrNoGroups) {
		t.Skip(err)
	}
}

// TestUsageCheck: a run in which memory grows, or nothing is resized, is an error.
func TestUsageCheck(t *testing.T) {
	run := func(resized int, resident func(i int) int64) usage {
		u := usage{resized: resized}
		for i := range 2000 {
			u.resident = append(u.resident, resident(i))
		}
		return u
	}
	const mb = 1 << 20
	for _, tt := range []struct {
		name string
		u    usage
		ok   bool
	}{
		{"flat", run(1, func(i int) int64 { return 100*mb + int64(i%144)*mb/10 }), true},
		{"growing", run(1, func(i int) int64 { return 100*mb + int64(i)*mb/50 }), false},
		{"nothing resized", run(0, func(int) int64 { return 100 * mb }), false},
	} {
		if err := tt.u.check(); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestTally: a response is wrong that is neither the one of the first pass nor the original
// for a transient reason.
func TestTally(t *testing.T) {
	const url = "http://cdn/a.jpg"
	original := answered{200, "image/jpeg", [32]byte{1}, ""}
	variant := answered{200, "image/jpeg", [32]byte{2}, ""}
	expected := map[string]answered{url: original, url + "?width=1&height=1": variant}
	for _, tt := range []struct {
		name string
		got  answered
		want string
	}{
		{"variant", variant, "same"},
		{"original for a while", answered{200, "image/jpeg", [32]byte{1}, "s3-timeout"}, "transient"},
		{"original without a reason", original, "wrong"},
		{"other bytes", answered{200, "image/jpeg", [32]byte{3}, ""}, "wrong"},
		{"other bytes for a while", answered{200, "image/jpeg", [32]byte{3}, "s3-timeout"}, "wrong"},
		{"an error", answered{502, "text/plain", [32]byte{1}, "s3-timeout"}, "wrong"},
	} {
		var counts tally
		counts.add(url+"?width=1&height=1", tt.got, expected)
		got := map[string]int64{"same": counts.same.Load(), "transient": counts.transient.Load(), "wrong": counts.wrong.Load()}
		if got[tt.want] != 1 || counts.same.Load()+counts.transient.Load()+counts.wrong.Load() != 1 {
			t.Errorf("%s: counted %v, want %s", tt.name, got, tt.want)
		}
	}
}

// TestChoose: parts are chosen by name.
func TestChoose(t *testing.T) {
	all, err := choose(nil)
	if err != nil || len(all) != len(parts) {
		t.Errorf("%d parts, %v", len(all), err)
	}
	one, err := choose([]string{"traffic"})
	if err != nil || len(one) != 1 || one[0].name != "traffic" {
		t.Errorf("%v, %v", one, err)
	}
	if _, err := choose([]string{"everything"}); err == nil {
		t.Error("a part that is not there is let pass")
	}
}
