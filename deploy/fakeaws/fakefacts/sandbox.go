package fakefacts

import (
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// sandbox is the state of the function's sandbox between events.
type sandbox struct {
	id        string
	last      time.Time
	monotonic time.Duration
	ticks     int
}

// tick is how often the function's thread counts.
const tick = 50 * time.Millisecond

// invocation returns an invocation with an event at the edge's time.
func (e *Edge) invocation(event any) invocation {
	b, now := &e.sandbox, e.Now()
	if b.id == "" || e.Facts.SandboxesEnd {
		*b = sandbox{id: fakeaws.UUID(), last: now}
	}
	passed := now.Sub(b.last)
	b.last = now
	if e.Facts.Freeze != FrozenClock {
		b.monotonic += passed
	}
	if e.Facts.Freeze == Awake {
		b.ticks += int(passed / tick)
	}
	return invocation{Sandbox: b.id, Event: event, Wall: float64(now.UnixMilli()) / 1000, Monotonic: b.monotonic.Seconds(), Ticks: b.ticks}
}
