package cloudfront

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// QuotaReading says how many invalidations CloudFront accepts.
type QuotaReading int

const (
	// QuotaBySecond accepts 150 paths or tags per second, one of them with a
	// wildcard. "Quotas", "Quotas on invalidations".
	QuotaBySecond QuotaReading = iota
	// QuotaInProgress accepts 3,000 items in progress, and 15 paths with a
	// wildcard besides. AWS General Reference, "Amazon CloudFront endpoints and
	// quotas".
	QuotaInProgress
)

// The quotas of a distribution, in items of invalidations.
const (
	MaxItemsPerSecond      = 150
	MaxWildcardsPerSecond  = 1
	MaxItemsInProgress     = 3000
	MaxWildcardsInProgress = 15
)

// QuotaError says that the quotas have no room for an invalidation.
type QuotaError struct {
	// Code is the API's. The one for the quotas per second is not documented.
	Code string
	// Items and Wildcards are the numbers that the invalidation would lead to.
	Items, Wildcards int
}

func (e *QuotaError) Error() string {
	return fmt.Sprintf("cloudfront: %s: %d items, %d of them with a wildcard", e.Code, e.Items, e.Wildcards)
}

// Invalidations checks a distribution's invalidations against its quotas. In
// the zero value they complete at once.
type Invalidations struct {
	// Takes is how long an invalidation is in progress.
	Takes time.Duration

	mu   sync.Mutex
	made []batch
}

// batch is an invalidation.
type batch struct {
	at               time.Time
	items, wildcards int
}

// Take adds an invalidation of paths and tags, or refuses it with a
// *QuotaError.
func (q *Invalidations) Take(reading QuotaReading, now time.Time, items ...string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	counts := max(q.Takes, time.Second)
	q.made = slices.DeleteFunc(q.made, func(b batch) bool { return now.Sub(b.at) >= counts })
	b := batch{at: now, items: len(items)}
	for _, i := range items {
		if strings.HasPrefix(i, "/") && strings.HasSuffix(i, "*") { // in a tag it is an ordinary character
			b.wildcards++
		}
	}
	window, code, mostItems, mostWildcards := time.Second, "ThrottlingException", MaxItemsPerSecond, MaxWildcardsPerSecond
	if reading == QuotaInProgress {
		window, code, mostItems, mostWildcards = q.Takes, "TooManyInvalidationsInProgress", MaxItemsInProgress, MaxWildcardsInProgress
	}
	all := b
	for _, other := range q.made {
		if now.Sub(other.at) < window {
			all.items, all.wildcards = all.items+other.items, all.wildcards+other.wildcards
		}
	}
	if all.items > mostItems || all.wildcards > mostWildcards {
		return &QuotaError{code, all.items, all.wildcards}
	}
	q.made = append(q.made, b)
	return nil
}
