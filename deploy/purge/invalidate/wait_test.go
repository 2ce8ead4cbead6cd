package invalidate_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
)

func TestWait(t *testing.T) {
	if err := invalidate.Wait(t.Context(), 0); err != nil {
		t.Error(err)
	}
	soon, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := invalidate.Wait(soon, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := invalidate.Wait(gone, time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestPausesGrow(t *testing.T) {
	longest := make([]time.Duration, 8)
	client := &invalidate.Client{}
	for range 200 {
		for attempt := range longest {
			client.Wait = func(_ context.Context, d time.Duration) error {
				longest[attempt] = max(longest[attempt], d)
				return nil
			}
			if err := client.Pause(t.Context(), attempt); err != nil {
				t.Fatal(err)
			}
		}
	}
	for attempt, d := range longest {
		if limit := min(time.Second<<attempt, 8*time.Second); d > limit || d < limit/2 {
			t.Errorf("before attempt %d at most %v, want about %v", attempt, d, limit)
		}
	}
}

func TestPersist(t *testing.T) {
	server, distributions, client := newClient(t)
	waits := 0
	client.Wait = func(context.Context, time.Duration) error {
		if waits++; waits > 3 {
			return context.DeadlineExceeded
		}
		return nil
	}
	refused := 3
	code := "TooManyInvalidationsInProgress"
	server.Fault = func(fakeaws.Call) fakeaws.Fault {
		if refused--; refused < 0 {
			return fakeaws.Fault{}
		}
		return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusBadRequest, Code: code}}
	}
	if made, err := client.Persist(t.Context(), "a", []string{"/*"}); err != nil || made.ID == "" || waits != 3 {
		t.Errorf("got %+v, %v after %d waits", made, err, waits)
	}
	refused, waits = 4, 0
	if _, err := client.Persist(t.Context(), "b", []string{"/*"}); !errors.Is(err, invalidate.ErrFull) {
		t.Errorf("got %v", err)
	}
	refused, waits, code = 1, 0, "AccessDenied"
	if _, err := client.Persist(t.Context(), "b", []string{"/*"}); err == nil || waits != 0 {
		t.Errorf("got %v after %d waits", err, waits)
	}
	if n := len(distributions.Invalidations(distribution)); n != 1 {
		t.Errorf("%d invalidations", n)
	}
}
