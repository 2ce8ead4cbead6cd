package fakecloudfront

import (
	"strings"
	"time"
)

// Quotas says which quotas limit a distribution's invalidations. AWS's pages contradict
// each other; the quotas of both pages can be set together.
type Quotas int

// The quotas of either page.
const (
	// InProgress limits the invalidations in progress to [MaxPaths] paths and tags and,
	// counted apart, [MaxWildcards] paths that end in "*". The error is
	// TooManyInvalidationsInProgress. AWS General Reference, "Amazon CloudFront
	// endpoints and quotas".
	InProgress Quotas = 1 << iota
	// BySecond limits the items of a second to [MaxPathsBySecond], of which
	// [MaxWildcardsBySecond] may end in "*". The error is Throttling. CloudFront
	// Developer Guide, "Quotas on invalidations".
	BySecond
)

// The limits.
const (
	MaxPaths             = 3000
	MaxWildcards         = 15
	MaxPathsBySecond     = 150
	MaxWildcardsBySecond = 1
)

// checkQuotas refuses items beyond the quotas.
func (d *distribution) checkQuotas(items []string, quotas Quotas, now time.Time) error {
	single, wild := count(items)
	if quotas&BySecond != 0 {
		recent, recentWild := single, wild
		for _, i := range d.invalidations {
			// An invalidation later than now, after the clock was set back, counts too.
			if now.Sub(i.made) < time.Second {
				s, w := count(i.paths)
				recent, recentWild = recent+s, recentWild+w
			}
		}
		if recent+recentWild > MaxPathsBySecond || recentWild > MaxWildcardsBySecond {
			return invalid("Throttling", "Rate exceeded")
		}
	}
	if quotas&InProgress != 0 {
		for _, i := range d.inProgress() {
			s, w := count(i.paths)
			single, wild = single+s, wild+w
		}
		if single > MaxPaths || wild > MaxWildcards {
			return invalid("TooManyInvalidationsInProgress", "Processing your request will cause you to exceed the maximum number of in-progress wildcard invalidations or paths.")
		}
	}
	return nil
}

// count returns the number of paths that end in "*" as wild, and of all others as
// single.
func count(items []string) (single, wild int) {
	for _, item := range items {
		if strings.HasSuffix(item, "*") && !isTag(item) {
			wild++
		} else {
			single++
		}
	}
	return single, wild
}
