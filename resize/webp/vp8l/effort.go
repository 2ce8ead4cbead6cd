package vp8l

import (
	"context"
	"time"
)

// means are what is done for fewer bytes.
type means struct {
	tries int   // places that a match is looked for in
	modes []int // predictors that are tried
	// elements says that colours are decorrelated.
	elements bool
}

var (
	// thorough is as much as pays.
	thorough = means{tries: 12, modes: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, elements: true}
	// quick leaves out what takes longest: of a photograph it takes two thirds of the time,
	// and some hundredths more bytes.
	quick = means{tries: 4, modes: []int{1, 2, 7, 11, 12}}
)

// judging is how many times longer than judging the pixels encoding them takes at
// most, with no effort spared.
const judging = 90

// meansIn returns what there is time for before ctx's deadline, judging pixels having
// taken from start until now.
func meansIn(ctx context.Context, start time.Time) *means {
	if deadline, ok := ctx.Deadline(); ok {
		now := time.Now()
		if judging*now.Sub(start) > deadline.Sub(now) {
			return &quick
		}
	}
	return &thorough
}
