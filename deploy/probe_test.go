package main

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeedge"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakefacts"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakesite"
	"github.com/edgeresize/edgeresize/deploy/probe"
	"github.com/edgeresize/edgeresize/deploy/probe/edgecode"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// TestProbe runs the lines of deploy/probe/README.md.
func TestProbe(t *testing.T) {
	python := peer.Program(t, "PYTHON", "python3", "python3")
	c := newCloud(t)
	c.addBareDistribution(t)
	function, err := fakefacts.Start(python, edgecode.Reporter)
	if err != nil {
		t.Fatal(err)
	}
	edge := fakefacts.New(c.distributions, c.logs, c.buckets, distribution, fakesite.Bucket, function)
	front := httptest.NewServer(edge)
	transport := fakeedge.Transport(front.Listener.Addr().String())
	before := wait
	viewers = transport
	wait = func(ctx context.Context, d time.Duration) error {
		edge.Pass(d)
		return ctx.Err()
	}
	t.Cleanup(func() {
		viewers, wait = nil, before
		transport.CloseIdleConnections()
		front.Close()
		if err := function.Close(); err != nil {
			t.Error(err)
		}
	})
	file := filepath.Join(t.TempDir(), "facts.json")
	table := ""
	for _, line := range readme.Lines(t, "probe") {
		line, _, _ = strings.Cut(line, " #")
		words := strings.Fields(strings.Replace(strings.TrimPrefix(line, "go run ./deploy "), "facts.json", file, 1))
		status, stdout, stderr := deploy(t, words...)
		if status != 0 {
			t.Fatalf("%s: %d, %s", line, status, stderr)
		}
		if strings.Contains(line, "-dry-run") && (!strings.HasPrefix(stdout, "+") || len(c.Writes()) > 0) {
			t.Errorf("%s: got %s, %v", line, stdout, c.Writes())
		}
		if strings.Contains(line, "-out") {
			table = stdout
		}
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var report probe.Report
	if err := json.Unmarshal(content, &report); err != nil || len(report.Facts) != len(probe.Questions()) {
		t.Fatalf("got %v and %s", err, content)
	}
	for _, f := range report.Facts {
		if !strings.Contains(table, f.ID) || !strings.Contains(table, f.Verdict) {
			t.Errorf("the table has no %s, %s:\n%s", f.ID, f.Verdict, table)
		}
	}
	if got := string(c.distributions.Config(distribution)); strings.Contains(got, probe.Name) {
		t.Errorf("got %s", got)
	}
}

// TestProbeOut checks that a report that cannot be written is refused before anything is made.
func TestProbeOut(t *testing.T) {
	c := newCloud(t)
	c.addBareDistribution(t)
	file := filepath.Join(t.TempDir(), "missing", "facts.json")
	if status, _, stderr := deploy(t, "probe", "-distribution", distribution, "-out", file); status != 1 || !strings.Contains(stderr, "facts.json") || len(c.Writes()) > 0 {
		t.Errorf("got %d, %s, %v", status, stderr, c.Writes())
	}
}
