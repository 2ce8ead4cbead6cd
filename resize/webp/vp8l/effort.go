package vp8l

import (
	"context"
	"time"
)

// effort is how much is done to save bytes.
type effort struct {
	tries int   // how many places are searched for a match
	modes []int // predictors to try
	// elements says whether to decorrelate colours.
	elements bool
}

var (
	// thorough is as much as pays off.
	thorough = effort{tries: 12, modes: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, elements: true}
	// quick leaves out what takes longest: a photograph takes two thirds of the
	// time and some hundredths more bytes.
	quick = effort{tries: 4, modes: []int{1, 2, 7, 11, 12}}
)

// judging bounds the time of a thorough encoding, as a multiple of the time that
// judging the pixels takes.
const judging = 90

// effortIn returns the effort for which there is time before ctx's deadline.
// Judging the pixels began at start and has just ended.
func effortIn(ctx context.Context, start time.Time) *effort {
	if deadline, ok := ctx.Deadline(); ok {
		now := time.Now()
		if judging*now.Sub(start) > deadline.Sub(now) {
			return &quick
		}
	}
	return &thorough
}
