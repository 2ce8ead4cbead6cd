package progress

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestLine(t *testing.T) {
	for _, tt := range []struct {
		name     string
		terminal bool
		want     string
	}{
		{"terminal", true, "\r\x1b[K1 of 4: first" +
			"\r\x1b[K2 of 4, about 30s to go: second" +
			"\r\x1b[K3 of 4, about 11s to go: third" +
			"\r\x1b[K4 of 4, about 4s to go: fourth" +
			"\r\x1b[K"},
		{"pipe", false, "1 of 4: first\n2 of 4, about 30s to go: second\n4 of 4, about 4s to go: fourth\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got strings.Builder
				l := Start(&got, 4)
				l.terminal = tt.terminal
				l.Report(0, "first")
				l.Report(0, "at once, which nobody could read")
				time.Sleep(10 * time.Second)
				l.Report(1, "second")
				time.Sleep(time.Second)
				l.Report(2, "third")
				time.Sleep(time.Second)
				l.Report(3, "fourth")
				l.End()
				if got.String() != tt.want {
					t.Errorf("got %q, want %q", got.String(), tt.want)
				}
			})
		})
	}
}
