package probe

import (
	"context"
	"fmt"
	"time"
)

// freezeQuestions are about what a sandbox does between events.
var freezeQuestions = []question{
	{"freeze", "Do threads and clocks stop between two events of a sandbox?",
		"has a thread of the function count every 50 ms, and reads the count and the clocks at the next event", "edge/s3origin: connections and timers", askFreeze},
}

// The verdicts on the time between events.
const (
	frozen      = "threads stop, the clocks go on"
	frozenClock = "threads and the monotonic clock stop"
	awake       = "no"
)

// idleTime is the pause before an event, and idleTries how many pauses are made until a
// sandbox gets an event that is not its first.
const (
	idleTime  = 5 * time.Second
	idleTries = 5
)

// askFreeze pauses and reads how a sandbox has spent the time.
func askFreeze(ctx context.Context, s *session) (string, error) {
	for n := range idleTries {
		if err := s.Wait(ctx, idleTime); err != nil {
			return "", err
		}
		_, a, err := s.visit(ctx, all, "age-60", fmt.Sprint("freeze-", n))
		if err != nil {
			return "", err
		}
		if err := reported(a); err != nil {
			return "", err
		}
		i := a.seen.Idle
		if i == nil || i.Wall < int(idleTime.Milliseconds())/2 {
			continue
		}
		s.saw("ms by the clock, ms by the monotonic clock, ticks of 50 ms", fmt.Sprintf("%d, %d, %d", i.Wall, i.Monotonic, i.Ticks))
		switch due := i.Wall / 50; {
		case i.Ticks > due/2:
			return awake, nil
		case i.Ticks > due/10:
			return "", unmeasured("the thread ran for a part of the time")
		case i.Monotonic < i.Wall/2:
			return frozenClock, nil
		}
		return frozen, nil
	}
	return "", unmeasured("no sandbox got a second event")
}
