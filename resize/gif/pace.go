package gif

import (
	"context"
	"time"
)

// haste says how much of the effort for a shorter or better variant is left out to be
// done in time.
type haste uint8

// mostHasty leaves out everything that can be left out.
const mostHasty haste = 2

// effort is how much is done for a shorter or better variant.
type effort struct {
	paths      int // how many strings LZW tries at a time
	neighbours int // how many neighbours of the nearest colour may be written; 0 leaves no choice
	// Rounds of k-means: for a frame's own palette, and for the first frame's.
	rounds, sharedRounds int
	// suits is the mean squared error of a pixel up to which no other palette is tried.
	suits int
}

var effortOf = [mostHasty + 1]effort{
	{paths: mostPaths, neighbours: mostNear, rounds: quantiseRounds, sharedRounds: sharedQuantiseRounds, suits: littleError},
	{paths: 4, neighbours: 4, rounds: 1, sharedRounds: 3, suits: seenError},
	{paths: 1, neighbours: 0, rounds: 0, sharedRounds: 1, suits: 4 * seenError},
}

func (h haste) effort() *effort { return &effortOf[h] }

// pace chooses the haste of a try so that it ends in time. If there is no deadline, or
// a distant one, there is no haste.
type pace struct {
	start, deadline time.Time // a zero deadline is none
	// final says that no other try follows, and fits that probably none will, so that
	// this one may take more than half of the time.
	final, fits  bool
	frames, done int
	haste        haste
	hurried      bool // whether there was haste at any time

	last time.Time // when the frame before was done
	// took is the mean time that a frame takes with each haste, the first frame
	// excluded; 0 is unknown.
	took [mostHasty + 1]time.Duration
	// packed is how many pixels of the frame were packed at the time looked.
	packed int
	looked time.Time
}

// newPace returns the pace of a try that begins now. final says that it is the last
// one.
func newPace(ctx context.Context, frames int, final bool) *pace {
	now := time.Now()
	deadline, _ := ctx.Deadline()
	return &pace{start: now, last: now, looked: now, deadline: deadline, frames: frames, final: final}
}

// left returns how much time is left for the try. ok is false without a deadline, and
// while it is too early to judge: a single slow frame is no reason for haste.
func (p *pace) left(now time.Time) (left time.Duration, ok bool) {
	if p.deadline.IsZero() {
		return 0, false
	}
	all := p.deadline.Sub(p.start)
	allowed := all / 2
	if p.final || p.fits {
		allowed = all * 3 / 4
	}
	elapsed := now.Sub(p.start)
	return allowed - elapsed, elapsed > allowed/8
}

// next records that a frame is done and whether the variant is likely to fit, and
// chooses the haste of the next frame.
func (p *pace) next(fits bool) {
	p.fits = fits
	now := time.Now()
	took := now.Sub(p.last)
	p.last = now
	if p.done++; p.done > 1 { // the first frame is another kind of work
		if mean := &p.took[p.haste]; *mean == 0 {
			*mean = took
		} else {
			*mean += (took - *mean) / 4
		}
	}
	left, ok := p.left(now)
	rest := time.Duration(p.frames - p.done)
	if !ok || rest <= 0 {
		return
	}
	if p.took[p.haste]*rest > left {
		p.hurry()
	} else if p.haste > 0 && p.took[p.haste-1] > 0 && p.took[p.haste-1]*rest < left*3/4 {
		p.haste--
	}
}

// packing records that done of a frame's pixels are packed, and chooses the haste of
// the others.
func (p *pace) packing(done, of int) {
	now := time.Now()
	left, ok := p.left(now)
	if done > p.packed && ok {
		left -= p.took[p.haste] * time.Duration(max(0, p.frames-p.done-1))
		if spent := now.Sub(p.looked); spent.Seconds()*float64(of-done) <= left.Seconds()*float64(done-p.packed) {
			return
		}
		p.hurry()
	} else if done > p.packed {
		return
	}
	p.packed, p.looked = done, now
}

func (p *pace) hurry() {
	p.haste = min(p.haste+1, mostHasty)
	p.hurried = true
}
