package webp

import (
	"context"
	"time"

	"github.com/edgeresize/edgeresize/resize/webp/vp8"
)

// pace chooses, frame by frame, how much effort to spend so that an animation is
// done in time. Without a deadline it spends all that is worth it.
type pace struct {
	start, last, end time.Time // end is zero without a deadline
	frames, done     int
	took             time.Duration // mean time of a frame, except the first, at this haste
	since            time.Time     // when this haste began
	timed            int           // frames that took is measured over
	haste            haste
	final            bool // nothing else follows: continue for as long as there is time
}

// haste is how much of the work that makes an animation shorter is left out.
type haste uint8

// mostHasty leaves out all that can be. At 1, frames are not tried in both ways
// if one is likely to be longer; at 2, lossy data is also searched less.
const mostHasty haste = 2

// effort returns the effort for lossy data.
func (h haste) effort() vp8.Effort {
	if h == mostHasty {
		return vp8.Fast
	}
	return vp8.Medium
}

// comfortable is the part of the available time in which an animation should be
// done. The rest is for other qualities, if this one does not fit.
const comfortable = 0.5

// unsure is the part of the available time in which the times of frames at a new
// haste are not judged: one frame that happens to take long is no reason to raise
// the haste or give up.
const unsure = 1. / 16

// newPace returns the pace of an animation that begins now. If final is set, it
// is never given up.
func newPace(ctx context.Context, frames int, final bool) *pace {
	now := time.Now()
	p := &pace{start: now, last: now, since: now, frames: frames, final: final}
	p.end, _ = ctx.Deadline()
	return p
}

// next records that a frame is done, and chooses the haste of the following ones.
// The error is [context.DeadlineExceeded] once there is no time for them, unless
// p.final.
func (p *pace) next() error {
	now := time.Now()
	took := now.Sub(p.last)
	p.last = now
	p.done++
	if p.done == 1 || p.done == p.frames || p.end.IsZero() { // the first frame is a different kind of work
		return nil
	}
	p.timed++
	p.took += (took - p.took) / time.Duration(min(p.timed, max(4, p.frames/16)))
	if now.Sub(p.since) < time.Duration(unsure*float64(p.end.Sub(p.start))) {
		return nil
	}
	needed := p.took * time.Duration(p.frames-p.done)
	aim := p.start.Add(time.Duration(comfortable * float64(p.end.Sub(p.start))))
	switch finished := now.Add(needed); {
	case p.haste < mostHasty && finished.After(aim):
		p.haste++
		p.took, p.timed, p.since = 0, 0, now
	case p.haste == mostHasty && !p.final && now.Add(p.sure(needed)).After(p.end):
		return context.DeadlineExceeded
	}
	return nil
}

// sure returns the part of needed, an estimate, that the remaining frames surely
// take: half of it at the first frames, as others may take less, and all of it at
// the end.
func (p *pace) sure(needed time.Duration) time.Duration {
	return needed/2 + needed/2*time.Duration(p.done)/time.Duration(p.frames)
}
