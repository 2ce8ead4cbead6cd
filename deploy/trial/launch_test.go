package trial

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/edge"
)

// TestRecordedEvents: requests with a size get variants, others the untouched response.
func TestRecordedEvents(t *testing.T) {
	forEach(t, func(t *testing.T, w way) {
		s := unpack(t, w)
		sandbox := s.start()
		for _, tt := range []struct {
			event, format string
			width, height int
		}{
			{"resize-jpeg", "jpeg", 500, 300},
			{"resize-png", "png", 90, 120},
			{"resize-gif", "gif", 120, 90},
			{"resize-webp", "jpeg", 150, 100},
			{"resize-unicode-key", "jpeg", 200, 150},
			{"resize-unknown-fields", "jpeg", 500, 300},
		} {
			checkPicture(t, s.invoke(sandbox, recorded(t, tt.event)), tt.format, tt.width, tt.height)
		}
		for _, event := range []string{"query-asdf", "status-304", "body-svg"} {
			var sent edge.Event
			if err := json.Unmarshal(recorded(t, event), &sent); err != nil {
				t.Fatal(err)
			}
			want, err := json.Marshal(sent.Records[0].CF.Response)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(s.invoke(sandbox, recorded(t, event)))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: got %s, %v; want it untouched: %s", event, got, err, want)
			}
		}
	})
}

// TestManyInvocations: one process answers 300 events, with just below 1 MiB each.
func TestManyInvocations(t *testing.T) {
	forEach(t, func(t *testing.T, w way) {
		s := unpack(t, w)
		sandbox := s.start()
		event := bigEvent(t)
		var worker int
		for i := range 300 {
			r := s.invoke(sandbox, event)
			if len(r.Body) < 1_000_000 || len(r.Body) > 1<<20 {
				t.Fatalf("a body of %d characters", len(r.Body))
			}
			if i == 0 {
				checkPicture(t, r, "png", bigSide, bigSide)
				worker = s.checkProcesses(sandbox, filepath.Join(s.dir, "bootstrap"))
			}
		}
		if again := s.checkProcesses(sandbox, filepath.Join(s.dir, "bootstrap")); again != worker {
			t.Errorf("process %d has become %d", worker, again)
		}
	})
}

// TestCrash: an invocation that the binary crashes in fails, and the next process answers.
func TestCrash(t *testing.T) {
	forEach(t, func(t *testing.T, w way) {
		for _, cause := range []string{"killed", "panic"} {
			t.Run(cause, func(t *testing.T) {
				s := unpack(t, w)
				if cause == "panic" {
					s.replaceBinary(buildMisbehaving(t))
				}
				sandbox := s.start()
				checkPicture(t, s.invoke(sandbox, recorded(t, "resize-jpeg")), "jpeg", 500, 300)
				s.crash(sandbox, cause)
				if w.launcher == launcher.Exec {
					sandbox = s.start() // as Lambda does
				}
				checkPicture(t, s.invoke(sandbox, recorded(t, "resize-jpeg")), "jpeg", 500, 300)
			})
		}
	})
}

// TestLostExecuteBit: a binary without its execute bit is run from a copy.
func TestLostExecuteBit(t *testing.T) {
	forEach(t, func(t *testing.T, w way) {
		s := unpack(t, w)
		s.dropExecuteBit()
		sandbox := s.start()
		checkPicture(t, s.invoke(sandbox, recorded(t, "resize-jpeg")), "jpeg", 500, 300)
		s.checkProcesses(sandbox, copyPath)
	})
}

// TestInitErrors: a package that cannot start reports why when it is initialised.
func TestInitErrors(t *testing.T) {
	for _, tt := range spoiled {
		t.Run(tt.name, func(t *testing.T) {
			forEach(t, func(t *testing.T, w way) {
				s := unpack(t, w)
				tt.spoil(s)
				err := s.start().Ready(withTime(t, 30*time.Second))
				if err == nil || errors.Is(err, ErrExited) {
					t.Fatalf("got %v, want an init error", err)
				}
				for _, want := range tt.wants {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("got %q, want it to say %q", err, want)
					}
				}
			})
		})
	}
}

// TestDeadline: a handler that has too little time serves the original before the deadline.
func TestDeadline(t *testing.T) {
	forEach(t, func(t *testing.T, w way) {
		s := unpack(t, w)
		sandbox := s.start()
		s.s3.hang.Store(true)
		if err := sandbox.Ready(withTime(t, 30*time.Second)); err != nil {
			t.Fatal(err)
		}
		response, err := sandbox.Invoke(withTime(t, 2*time.Second), recorded(t, "resize-jpeg"))
		if err != nil {
			t.Fatalf("got %v, want the original before the deadline", err)
		}
		var r edge.Response
		if err := json.Unmarshal(response, &r); err != nil {
			t.Fatal(err)
		}
		checkTransient(t, r)
	})
}

// TestOverrun: the deadline cuts off a handler that does not answer, and the next process
// answers.
func TestOverrun(t *testing.T) {
	forEach(t, func(t *testing.T, w way) {
		s := unpack(t, w)
		s.replaceBinary(buildMisbehaving(t))
		sandbox := s.start()
		checkPicture(t, s.invoke(sandbox, recorded(t, "resize-jpeg")), "jpeg", 500, 300)
		response, err := sandbox.Invoke(withTime(t, time.Second), overrunEvent)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %s, %v; want %v", response, err, context.DeadlineExceeded)
		}
		if err := sandbox.Close(); err != nil { // as Lambda does
			t.Error(err)
		}
		checkPicture(t, s.invoke(s.start(), recorded(t, "resize-jpeg")), "jpeg", 500, 300)
	})
}
