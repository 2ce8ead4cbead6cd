package vp8l

import (
	"context"
	"time"
)

// Effort is how much is done for fewer bytes.
type Effort int

const (
	// Thorough is as much as pays.
	Thorough Effort = iota
	// Quick leaves out what takes longest: it takes about a third of the time, and some
	// hundredths more bytes.
	Quick
)

// Params are how a picture is encoded. The zero value is the best way.
type Params struct {
	// Effort is what to do where there is time for it: where the context's deadline is
	// near, less is done.
	Effort Effort
}

// means are what is done for fewer bytes.
type means struct {
	tries  int // places that a match is looked for in
	parses int // times that tokens are chosen
	// Of rows of a tile, one in so many says what a predictor is worth.
	rows  int
	modes []int // predictors that are tried
	// elements says that colours are decorrelated.
	elements bool
}

var meansOf = [...]means{
	Thorough: {tries: 12, parses: 2, rows: 2, modes: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, elements: true},
	Quick:    {tries: 4, parses: 1, rows: 2, modes: []int{1, 2, 7, 11, 12}},
}

// judging is how many times longer than judging the pixels encoding them takes at
// most, with no effort spared.
const judging = 120

// meansIn returns what there is time for, judging pixels having taken from start until
// now.
func meansIn(ctx context.Context, p Params, start time.Time) *means {
	if deadline, ok := ctx.Deadline(); ok {
		now := time.Now()
		if judging*now.Sub(start) > deadline.Sub(now) {
			return &meansOf[Quick]
		}
	}
	return &meansOf[p.Effort]
}
