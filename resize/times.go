package resize

import "time"

// Times says how long the stages of a resize took, without the time spent waiting for
// the original's bytes.
type Times struct {
	Decode, Resample, Encode time.Duration
}

// stopwatch divides time among stages that take turns.
type stopwatch struct {
	arrival *arrival
	last    time.Time
	waited  time.Duration // the arrival's waiting until last
}

func newStopwatch(a *arrival) *stopwatch {
	return &stopwatch{arrival: a, last: time.Now(), waited: a.waited}
}

// lap adds the time since the last lap, less any waiting, to stage.
func (s *stopwatch) lap(stage *time.Duration) {
	now := time.Now()
	*stage += now.Sub(s.last) - (s.arrival.waited - s.waited)
	s.last, s.waited = now, s.arrival.waited
}
