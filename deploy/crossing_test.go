package main

import (
	"cmp"
	"strings"
	"testing"
)

// The commands work on sites of all pairs of the template's options, each beside another
// site that they must leave alone.
func TestCrossing(t *testing.T) {
	for _, s := range rows(t) {
		t.Run(s.name, func(t *testing.T) {
			w := newWorld(t)
			neighbour := w.make("edgeresize-b", choiceOf(t, make([]int, len(options))))
			m := w.make("edgeresize", s)
			before := neighbour.state()
			m.checkMade(t)
			m.checkServed(t)
			m.checkSame(t)
			m.checkNext(t)
			m.checkTeardown(t)
			if after := neighbour.state(); after != before {
				t.Errorf("the other site is\n%s\nand was\n%s", after, before)
			}
			neighbour.must("canary", "-url", neighbour.url("photo.jpg"))
		})
	}
}

// checkMade checks what the commands say of the site right after it was made.
func (m *madeSite) checkMade(t *testing.T) {
	t.Helper()
	wrote := m.writes(func() {
		stdout, _ := m.must("doctor")
		for line := range strings.Lines(stdout) {
			advice := strings.Contains(line, "origin shield") && m.parameters["OriginShieldRegion"] != ""
			if !strings.HasPrefix(line, "ok ") && !strings.HasPrefix(line, " ") && !advice {
				t.Errorf("doctor says of a site that was just made: %s", line)
			}
		}
		if stdout, _ := m.must("status"); !strings.Contains(stdout, "version 1 ") || !strings.Contains(stdout, "distribution "+m.distribution) {
			t.Errorf("status says\n%s", stdout)
		}
		if _, stderr := m.must("canary", "-url", m.url("photo.jpg")); strings.Contains(stderr, "a variant") == m.signs() {
			t.Errorf("of variants the canary says:\n%s", stderr)
		}
	})
	if len(wrote) > 0 {
		t.Errorf("wrote %q", wrote)
	}
}

// checkServed checks what viewers get.
func (m *madeSite) checkServed(t *testing.T) {
	t.Helper()
	wantOne, wantMissing := "200 640x480", "403"
	if m.config.Missing == "keep-ratio" {
		wantOne = "200 160x120"
	}
	wantTwo := "200 300x200"
	switch m.parameters["Sizes"] {
	case "300x200,120x90":
		wantOne = "200 640x480" // as there is no such size
	case "320x240,160x":
		wantTwo = "200 320x240"
	}
	if m.config.Fit == "inside" {
		wantTwo = "200 267x200"
	}
	wantPreset, wantFit := "200 640x480", wantTwo
	if m.config.OnlyPresets {
		wantTwo, wantOne, wantFit, wantPreset = "200 640x480", "200 640x480", "200 640x480", "200 300x200"
	} else if len(m.config.Parameters) > 0 && m.parameters["Sizes"] != "320x240,160x" {
		wantFit = "200 267x200"
	}
	if m.parameters["MissingKey"] != "" {
		wantMissing = m.parameters["MissingKey"]
	}
	for _, tt := range []struct{ name, query, want string }{
		{"photo.jpg", "", "200 640x480"},
		{"photo.jpg", "?width=300&height=200", wantTwo},
		{"photo.jpg", "?width=160", wantOne},
		{"photo.jpg", "?preset=card", wantPreset},
		{"photo.jpg", "?fit=inside&height=200&width=300", wantFit},
		{"photo.jpg", "?width=641&height=480&x=1", m.largest()},
		{"none.jpg", "", wantMissing},
		{"none.jpg", "?width=300&height=200", wantMissing},
	} {
		if m.signs() {
			original := m.get(tt.name, "")
			for _, query := range []string{tt.query, cmp.Or(tt.query, "?") + "&expires=9999999999&signature=" + strings.Repeat("A", 43)} {
				if got := m.get(tt.name, query); got != original {
					t.Errorf("unsigned: %s%s is %s, want %s", m.url(tt.name), query, got, original)
				}
			}
			tt.query = m.signed(tt.name, tt.query)
		}
		if got := m.get(tt.name, tt.query); got != tt.want {
			t.Errorf("%s%s is %s, want %s", m.url(tt.name), tt.query, got, tt.want)
		}
	}
}

// largest returns the answer to a size that is larger than the picture.
func (m *madeSite) largest() string {
	if m.config.OnlyPresets {
		return "200 640x480"
	}
	switch m.parameters["Sizes"] {
	case "300x200,120x90":
		if m.config.Fit == "inside" {
			return "200 267x200"
		}
		return "200 300x200"
	case "320x240,160x":
		return "200 320x240"
	}
	return "200 640x480"
}

// checkSame checks that commands leave alone what is right already.
func (m *madeSite) checkSame(t *testing.T) {
	t.Helper()
	before := string(m.distributions.Config(m.distribution))
	for _, args := range [][]string{
		{"attach", "-url", m.url("photo.jpg")}, {"attach", "-version", "1", "-canary=false"}, {"attach", "-dry-run", "-url", m.url("photo.jpg")}, {"detach", "-dry-run"},
	} {
		for _, call := range m.writes(func() { m.must(args[0], args[1:]...) }) {
			if !strings.HasPrefix(call, "CreateInvalidation ") {
				t.Errorf("%q: wrote %s", args, call)
			}
		}
	}
	if after := string(m.distributions.Config(m.distribution)); after != before {
		t.Errorf("the distribution is\n%s\nand was\n%s", after, before)
	}
}

// checkNext goes to another version and back, and detaches and attaches again.
func (m *madeSite) checkNext(t *testing.T) {
	t.Helper()
	first, before := m.live(), string(m.distributions.Config(m.distribution))
	second := strings.TrimSuffix(first, "1") + "2"
	with := func(arn string) string { return strings.Replace(before, first, arn, 1) }
	want := func(command, arn, config string) {
		t.Helper()
		if after := string(m.distributions.Config(m.distribution)); m.live() != arn || after != config {
			t.Errorf("after %s %q answers, and the distribution is\n%s\nwant %q and\n%s", command, m.live(), after, arn, config)
		}
	}
	if stdout, _ := m.must("publish", "-memory", "768"); stdout != second+"\n" {
		t.Errorf("published %s, want %s", stdout, second)
	}
	want("publish", first, before)
	m.must("attach", "-url", m.url("photo.jpg"))
	want("attach", second, with(second))
	m.checkServed(t)
	if stdout, _ := m.must("status"); !strings.Contains(stdout, "version 2 ") {
		t.Errorf("status says\n%s", stdout)
	}
	m.must("doctor")
	m.must("rollback")
	want("rollback", first, before)
	m.must("rollback") // a second one changes nothing
	want("a second rollback", first, before)
	m.must("detach")
	if m.live() != "" {
		t.Errorf("after detach %s answers", m.live())
	}
	if got := m.get("photo.jpg", "?width=301&height=200"); got != "200 640x480" {
		t.Errorf("after detach a picture is %s", got)
	}
	m.must("rollback")
	want("detach and rollback", first, before)
	m.checkServed(t)
}

// checkTeardown checks that teardown refuses a function that a stack has made.
func (m *madeSite) checkTeardown(t *testing.T) {
	t.Helper()
	for _, args := range [][]string{{"-dry-run"}, nil} {
		wrote := m.writes(func() {
			status, stdout, stderr := m.run("teardown", args...)
			if status != 1 || !strings.Contains(stderr, "delete-stack") && !strings.Contains(stderr, "detach") {
				t.Errorf("teardown of a stack's function: got %d\n%s%s", status, stdout, stderr)
			}
		})
		if len(wrote) > 0 {
			t.Errorf("teardown of a stack's function wrote %q", wrote)
		}
	}
}
