package webp

import (
	"context"
	"time"

	"github.com/edgeresize/edgeresize/resize/webp/vp8"
)

// pace chooses how hard to try, frame by frame, so that an animation is done in time. Where
// there is no deadline it is as hard as is worth it.
type pace struct {
	start, last, end time.Time // end is zero where there is none
	frames, done     int
	took             time.Duration // by a frame, of those but the first, with this haste
	since            time.Time     // when this haste began
	timed            int           // frames that took is of
	haste            haste
	final            bool // nothing else follows: it goes on for as long as there is time
}

// haste is how much is left out that makes an animation shorter.
type haste uint8

// mostHasty leaves out all that can be: with 1, frames are not tried in both ways where
// one is likely to be longer; with 2, lossy data is searched less.
const mostHasty haste = 2

func (h haste) effort() vp8.Effort {
	if h == mostHasty {
		return vp8.Fast
	}
	return vp8.Medium
}

// comfortable is the part of the time left in which an animation should be done. What is
// left is for other qualities, where this one does not fit.
const comfortable = 0.5

// unsure is the part of the time left in which nothing is concluded from how long frames take
// with a haste: one that happens to take long is no reason for more, nor to give up.
const unsure = 1. / 16

// newPace returns the pace of an animation that begins now, and that is not given up
// if it is final.
func newPace(ctx context.Context, frames int, final bool) *pace {
	now := time.Now()
	p := &pace{start: now, last: now, since: now, frames: frames, final: final}
	p.end, _ = ctx.Deadline()
	return p
}

// next says that a frame is done, and chooses the haste of those that follow. The error is
// [context.DeadlineExceeded] once there is no time for them, unless it is final.
func (p *pace) next() error {
	now := time.Now()
	took := now.Sub(p.last)
	p.last = now
	p.done++
	if p.done == 1 || p.done == p.frames || p.end.IsZero() { // the first one is another kind of work
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

// sure returns the part of the time that frames are thought to need that they need for sure:
// half of it of the first ones, as other frames may take less.
func (p *pace) sure(needed time.Duration) time.Duration {
	return needed/2 + needed/2*time.Duration(p.done)/time.Duration(p.frames)
}
