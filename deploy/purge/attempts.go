package purge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// errNoPlaces says that the ledger has none left. It knows how many there are,
// so that less need not be tried.
var errNoPlaces = fmt.Errorf("%w, says the ledger", invalidate.ErrFull)

// invalidate invalidates objects, in as many attempts as there is time for.
// Each time CloudFront has no room, adaptive mode makes do with half the paths.
func (p *Purger) invalidate(ctx context.Context, shared *ledger, objects []*object, r *Report) {
	most := invalidate.MaxWildcards
	for attempt := 0; len(objects) > 0; attempt++ {
		rest, err := p.attempt(ctx, shared, objects, most, r)
		if len(rest) == 0 {
			return
		}
		if p.Client.Pause(ctx, attempt) != nil {
			fail(rest, err)
			return
		}
		if errors.Is(err, invalidate.ErrFull) && err != errNoPlaces {
			most = (paths.Count(p.plan(rest, most)) + 1) / 2
		}
		objects = rest
	}
}

// plan groups objects by the invalidations that they share.
func (p *Purger) plan(objects []*object, most int) []paths.Group {
	wanted := make([][]string, len(objects))
	for i, o := range objects {
		wanted[i] = o.paths
	}
	if p.Mode == Each {
		return paths.Each(wanted)
	}
	return paths.Plan(wanted, most)
}

// attempt invalidates objects one group after the other. The rest may be
// invalidated later; err is why it was not.
func (p *Purger) attempt(ctx context.Context, shared *ledger, objects []*object, most int, r *Report) (rest []*object, err error) {
	groups := p.plan(objects, most)
	reservation := rand.Text()
	places, left := shared.reserve(ctx, reservation, min(paths.Count(groups), invalidate.MaxWildcards))
	if room := min(places, left); paths.Count(groups) > room {
		groups = p.plan(objects, max(1, room))
	}
	used := 0
	defer func() { shared.release(ctx, reservation, used) }()
	for i, g := range groups {
		made, err := p.group(ctx, shared, chosen(objects, g), g.Paths, places-used, r)
		used += made
		switch {
		case invalidate.Transient(err):
			return chosen(objects, groups[i:]...), err
		case errors.Is(err, invalidate.ErrPaths):
			fail(chosen(objects, g), err)
		case err != nil:
			fail(chosen(objects, groups[i:]...), err)
			return nil, nil
		}
	}
	return nil, nil
}

// group invalidates what a group of objects calls for, by as many invalidations
// as that takes, and returns how many paths they had. Paths that CloudFront does
// not take keep none of the others from being invalidated.
func (p *Purger) group(ctx context.Context, shared *ledger, of []*object, wanted []string, places int, r *Report) (used int, err error) {
	batches := invalidate.Batches(wanted)
	var refused error
	for _, batch := range batches {
		if used+len(batch) > places {
			return used, errNoPlaces
		}
		reference := p.reference(of)
		if len(batches) > 1 {
			reference = p.reference(of, batch...)
		}
		made, err := p.create(ctx, shared, reference, batch, r)
		switch {
		case made:
			used += len(batch)
		case errors.Is(err, invalidate.ErrPaths):
			refused = err
		case err != nil:
			return used, err
		}
	}
	return used, refused
}

// chosen are the objects of groups.
func chosen(objects []*object, groups ...paths.Group) []*object {
	var of []*object
	for _, g := range groups {
		for _, i := range g.Of {
			of = append(of, objects[i])
		}
	}
	return of
}

func fail(objects []*object, err error) {
	for _, o := range objects {
		o.err = err
	}
}

// create makes one invalidation, unless it was made before: with the same paths,
// or with others that the same changes called for.
func (p *Purger) create(ctx context.Context, shared *ledger, reference string, wanted []string, r *Report) (made bool, err error) {
	at := p.Now()
	invalidation, err := p.Client.Create(ctx, reference, wanted)
	if err != nil || invalidation.Created.Before(at.Add(-maxSkew)) {
		return false, err
	}
	r.Invalidations++
	r.Paths += len(wanted)
	shared.record(ctx, wanted, at)
	return true, nil
}

// Paths invalidates paths whose changes nobody tells of, asking again as long as
// there is time. The same reference again is the same invalidations.
func (p *Purger) Paths(ctx context.Context, reference string, wanted []string) ([]invalidate.Invalidation, error) {
	at := p.Now()
	made, err := p.Client.PersistAll(ctx, reference, wanted)
	shared := &ledger{Ledger: p.Ledger, log: p.Log}
	for i, batch := range invalidate.Batches(wanted)[:len(made)] {
		if !made[i].Created.Before(at.Add(-maxSkew)) {
			shared.record(ctx, batch, at)
		}
	}
	return made, err
}
