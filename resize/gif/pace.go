package gif

import (
	"context"
	"time"
)

// haste is how much is left out that makes a variant shorter or better, so that it
// is made in time.
type haste uint8

// mostHasty leaves out all that can be.
const mostHasty haste = 2

// means are what is done for a shorter or a better variant.
type means struct {
	paths      int // that LZW looks at at a time
	neighbours int // of the nearest colour that may be written; with 0 there is no choice
	// Rounds of k-means: for a frame of its own, and for the first one.
	rounds, sharedRounds int
	// suits is the squared error of a pixel on average for which no other palette is
	// made.
	suits int
}

var meansOf = [mostHasty + 1]means{
	{paths: mostPaths, neighbours: mostNear, rounds: quantiseRounds, sharedRounds: sharedQuantiseRounds, suits: littleError},
	{paths: 4, neighbours: 4, rounds: 1, sharedRounds: 3, suits: seenError},
	{paths: 1, neighbours: 0, rounds: 0, sharedRounds: 1, suits: 4 * seenError},
}

func (h haste) means() *means { return &meansOf[h] }

// pace chooses the haste of a try so that it ends in time. Where there is no
// deadline, or all of it is far away, there is none.
type pace struct {
	start, deadline time.Time // no deadline is zero
	// final says that no other try follows, and fits that none is likely to, so that
	// this one may take most of the time and not only half.
	final, fits  bool
	frames, done int
	haste        haste
	hurried      bool // whether there was haste at any time

	last time.Time // when the frame before was done
	// took is how long a frame takes, of those but the first, with each haste; 0 is
	// not known.
	took [mostHasty + 1]time.Duration
	// packed is how many pixels of a frame were packed at the time of looked.
	packed int
	looked time.Time
}

// newPace returns the pace of a try that begins now.
func newPace(ctx context.Context, frames int, final bool) *pace {
	now := time.Now()
	deadline, _ := ctx.Deadline()
	return &pace{start: now, last: now, looked: now, deadline: deadline, frames: frames, final: final}
}

// left returns how much time is left for the try, and whether that is to be looked
// at yet: a frame that happens to take long is no reason for haste.
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

// next says that a frame is done, and whether the variant is likely to fit, and
// chooses the haste of the next frame.
func (p *pace) next(fits bool) {
	p.fits = fits
	now := time.Now()
	took := now.Sub(p.last)
	p.last = now
	if p.done++; p.done > 1 { // the first one is another kind of work
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

// packing says that so many pixels of a frame's are packed, and chooses the haste
// of the others.
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
