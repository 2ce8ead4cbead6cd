package main

import (
	"cmp"
	"math"
	"slices"
)

// broken is a quota that a site needs more of.
type broken struct {
	quota
	views float64 // a month, from which on
}

// breaks returns the quotas that are exceeded by any of the outcomes of a setting, the first
// to break first. Between outcomes, needs grow by a power of the views.
func breaks(outcomes []outcome) []broken {
	var all []broken
	var before []quota
	for m, o := range outcomes {
		after := o.quotas()
		for i, q := range after {
			if q.needed <= q.limit || m > 0 && before[i].needed > q.limit {
				continue
			}
			views := o.site.views
			if m > 0 && before[i].needed > 0 && outcomes[m-1].site.views > 0 {
				least := outcomes[m-1].site.views
				views = least * math.Pow(views/least, math.Log(q.limit/before[i].needed)/math.Log(q.needed/before[i].needed))
			}
			all = append(all, broken{q, views})
		}
		before = after
	}
	slices.SortStableFunc(all, func(a, b broken) int { return cmp.Compare(a.views, b.views) })
	return all
}
