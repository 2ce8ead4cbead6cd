package avif

import (
	"context"
	"time"

	"github.com/edgeresize/edgeresize/resize/avif/av1"
)

// Effort says how hard the encoder tries to write few bytes.
type Effort string

// The efforts, from the fastest to the one of the fewest bytes.
const (
	Fast   Effort = "fast"
	Medium Effort = "medium"
	Best   Effort = "best"
)

var words = [...]Effort{av1.Fast: Fast, av1.Medium: Medium, av1.Best: Best}

// usual is the effort if none is asked for and there is time.
const usual = av1.Medium

// level returns package av1's effort for e.
func (e Effort) level() av1.Effort {
	for level, word := range words {
		if word == e {
			return av1.Effort(level)
		}
	}
	return usual
}

// comfortable is the share of the time left in which an encoding should be done. A fast
// function needs far less. The rest is for other qualities, if this one does not fit, and
// for slow superblocks.
const comfortable = 0.25

// The speed is measured over at least this many superblocks and at least this share of the
// time left. A fraction of a processor stands still for milliseconds at a time, a busy
// machine for longer: a shorter while would measure that.
const (
	measured = 3
	settled  = 1. / 16
)

// pacer chooses how hard to search each superblock, so that an encoding is done in time.
// A superblock's time depends on the picture and on the machine, which may be a fraction of
// a processor, so pacer measures it on the way. It is not for concurrent use.
type pacer struct {
	effort   av1.Effort // the least so far
	limited  bool
	aim, end time.Time // when to be done, and when to give up, if limited
	settled  time.Duration

	began int       // superblocks done when effort was chosen
	since time.Time // when effort was chosen
}

// newPacer begins an encoding that ends with ctx, with an effort for when there is time.
func newPacer(ctx context.Context, effort av1.Effort) *pacer {
	p := &pacer{effort: effort, since: time.Now()}
	if p.end, p.limited = ctx.Deadline(); p.limited {
		left := p.end.Sub(p.since)
		p.aim = p.since.Add(time.Duration(comfortable * float64(left)))
		p.settled = time.Duration(settled * float64(left))
	}
	return p
}

// next implements [av1.Params].Pace. It returns [context.DeadlineExceeded] once the rest
// does not fit the time left even with the least effort.
func (p *pacer) next(done, all int) (av1.Effort, error) {
	n, now := done-p.began, time.Now()
	if took := now.Sub(p.since); p.limited && n >= measured && took >= p.settled {
		needed := took / time.Duration(n) * time.Duration(all-done)
		switch finished := now.Add(needed); {
		case p.effort > av1.Fast && finished.After(p.aim):
			p.effort--
			p.began, p.since = done, now
		case finished.After(p.end):
			return 0, context.DeadlineExceeded
		}
	}
	return p.effort, nil
}
