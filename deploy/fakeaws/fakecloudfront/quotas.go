package fakecloudfront

import (
	"strings"
	"time"
)

// Quotas says which readings of AWS's pages a distribution's invalidations are
// held to. The pages differ; both bits hold them to both.
type Quotas int

// The readings.
const (
	// InProgress limits what is in progress: [MaxPaths] paths and tags and,
	// counted apart, [MaxWildcards] paths that end in "*". More is
	// TooManyInvalidationsInProgress. AWS General Reference, "Amazon CloudFront
	// endpoints and quotas".
	InProgress Quotas = 1 << iota
	// BySecond limits what is asked for within a second: [MaxPathsBySecond] items,
	// of which [MaxWildcardsBySecond] end in "*". More is Throttling. CloudFront
	// Developer Guide, "Quotas on invalidations".
	BySecond
)

// The quotas.
const (
	MaxPaths             = 3000
	MaxWildcards         = 15
	MaxPathsBySecond     = 150
	MaxWildcardsBySecond = 1
)

// room refuses items that the quotas have no room for now.
func (d *distribution) room(items []string, quotas Quotas, now time.Time) error {
	single, wild := count(items)
	if quotas&BySecond != 0 {
		recent, recentWild := single, wild
		for _, i := range d.invalidations {
			// One that the clock has gone back behind counts too.
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

// count returns how many items are paths that end in "*", and how many are not.
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
