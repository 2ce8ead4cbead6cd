package avif

import (
	"context"
	"time"

	"github.com/edgeresize/edgeresize/resize/avif/av1"
)

// Effort is how hard the encoder tries to write few bytes, in a word.
type Effort string

// The efforts, from the fastest to that of the fewest bytes.
const (
	Fast   Effort = "fast"
	Medium Effort = "medium"
	Best   Effort = "best"
)

var words = [...]Effort{av1.Fast: Fast, av1.Medium: Medium, av1.Best: Best}

// usual is how hard is tried where there is time and nothing is said.
const usual = av1.Medium

// level returns what package av1 calls e.
func (e Effort) level() av1.Effort {
	for level, word := range words {
		if word == e {
			return av1.Effort(level)
		}
	}
	return usual
}

// comfortable is the part of the time left in which an encoding should be done: that of a
// function which is fast enough is not used up by far. What is left is for other qualities,
// where this one does not fit, and for slow superblocks.
const comfortable = 0.25

// How fast it goes is told by at least so many superblocks, and by what is done in at
// least such a part of the time left. In a fraction of a processor there is none for
// milliseconds at a time, on a busy machine for longer: a shorter while tells of that.
const (
	measured = 3
	settled  = 1. / 16
)

// pacer chooses how hard to search, superblock by superblock, so that an encoding is done
// in time. How fast a superblock is depends on the machine, of which there may be a
// fraction only, and on the picture: that is measured on the way. It is not for
// concurrent use.
type pacer struct {
	effort   av1.Effort // so far the least
	limited  bool
	aim, end time.Time // when to be done, and when to give up, where it is limited
	settled  time.Duration

	began int // superblocks that were done when effort was chosen, and when that was
	since time.Time
}

// newPacer begins an encoding within ctx, with an effort for where there is time.
func newPacer(ctx context.Context, effort av1.Effort) *pacer {
	p := &pacer{effort: effort, since: time.Now()}
	if p.end, p.limited = ctx.Deadline(); p.limited {
		left := p.end.Sub(p.since)
		p.aim = p.since.Add(time.Duration(comfortable * float64(left)))
		p.settled = time.Duration(settled * float64(left))
	}
	return p
}

// next is [av1.Params].Pace. Its error is [context.DeadlineExceeded], once there is no
// time for what is left even if it is searched the least.
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
