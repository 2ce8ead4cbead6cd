package purge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"

	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// errNoPlaces says that the ledger has no places left. The ledger reports how many it
// has, so that halving the paths is of no use.
var errNoPlaces = fmt.Errorf("%w, says the ledger", invalidate.ErrFull)

// limit is how many paths adaptive mode may plan, and why no more.
type limit struct {
	paths.Room
	why string
}

// narrower returns l with at most wild paths that end in "*" and all paths in total,
// and why if that is less. Both stay at least 1.
func (l limit) narrower(wild, all int, why string) limit {
	if wild < l.Wild || all < l.All {
		l.Wild, l.All, l.why = max(1, min(l.Wild, wild)), max(1, min(l.All, all)), why
	}
	return l
}

// invalidate invalidates objects, in as many attempts as there is time for. Each time
// that CloudFront has no room, adaptive mode plans half the paths.
func (p *Purger) invalidate(ctx context.Context, shared *tolerantLedger, objects []*object, r *Report) {
	objects = slices.DeleteFunc(slices.Clone(objects), func(o *object) bool { return len(o.items) == 0 })
	most := limit{paths.Room{Wild: invalidate.MaxWildcards, All: math.MaxInt},
		fmt.Sprintf("no more than %d paths with * may be in progress", invalidate.MaxWildcards)}
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
			half := (paths.Count(plan(r.Mode, rest, most.Room)).Wild + 1) / 2
			most = most.narrower(half, math.MaxInt, "CloudFront accepts no more at the moment")
		}
		objects = rest
	}
}

// plan groups objects by the invalidations that they share.
func plan(mode Mode, objects []*object, room paths.Room) []paths.Group {
	if mode == Tag {
		return tagGroups(objects)
	}
	wanted := make([][]string, len(objects))
	for i, o := range objects {
		wanted[i] = o.items
	}
	if mode == Each {
		return paths.Each(wanted)
	}
	return paths.Plan(wanted, room)
}

// tagGroups puts objects with one item each into as few invalidations as possible.
func tagGroups(objects []*object) (groups []paths.Group) {
	for i, o := range objects {
		if i%invalidate.MaxItems == 0 {
			groups = append(groups, paths.Group{})
		}
		g := &groups[len(groups)-1]
		g.Paths, g.Of = append(g.Paths, o.items...), append(g.Of, i)
	}
	return groups
}

// attempt invalidates objects, one group after the other. It returns those that may be
// invalidated later, and the error that stopped it.
func (p *Purger) attempt(ctx context.Context, shared *tolerantLedger, objects []*object, most limit, r *Report) (rest []*object, err error) {
	groups := plan(r.Mode, objects, most.Room)
	need := paths.Count(groups)
	reservation := rand.Text()
	places, left := p.reserve(ctx, shared, reservation, need)
	if r.Mode == Adaptive {
		if need.Wild > places.Wild || need.Single > places.Single {
			most = most.narrower(places.Wild, sum(places), fmt.Sprintf("the ledger has room for %d paths", sum(places)))
		}
		if need.All() > left {
			most = most.narrower(places.Wild, left, fmt.Sprintf("the month's budget has %d paths left", left))
		}
		groups = plan(r.Mode, objects, most.Room)
	}
	var used paths.Size
	defer func() {
		shared.release(ctx, reservation, places, used)
		r.OverBudget += max(0, used.All()-left)
	}()
	for i, g := range groups {
		of := chosen(objects, g)
		free := paths.Size{Wild: places.Wild - used.Wild, Single: places.Single - used.Single}
		made, err := p.invalidateGroup(ctx, shared, of, g.Paths, free, most.why, r)
		used = paths.Size{Wild: used.Wild + made.Wild, Single: used.Single + made.Single}
		switch {
		case invalidate.Transient(err):
			return chosen(objects, groups[i:]...), err
		case errors.Is(err, invalidate.ErrPaths):
			fail(of, err)
		case err != nil:
			fail(chosen(objects, groups[i:]...), err)
			return nil, nil
		default:
			p.remember(of)
		}
	}
	return nil, nil
}

// sum returns the number of all places, which may be [unlimited].
func sum(places paths.Size) int {
	if places.Wild > math.MaxInt-places.Single {
		return math.MaxInt
	}
	return places.All()
}

// invalidateGroup invalidates the paths of a group in as many requests as needed, and
// returns how many paths it used of free. If CloudFront refuses paths, it still asks
// for the others. why is what to log for widened paths.
func (p *Purger) invalidateGroup(ctx context.Context, shared *tolerantLedger, of []*object, wanted []string, free paths.Size, why string, r *Report) (used paths.Size, err error) {
	batches := invalidate.Batches(wanted)
	var refused error
	for _, batch := range batches {
		n := paths.SizeOf(batch)
		if used.Wild+n.Wild > free.Wild || used.Single+n.Single > free.Single {
			return used, errNoPlaces
		}
		reference := p.reference(r.Mode, of)
		if len(batches) > 1 {
			reference = p.reference(r.Mode, of, batch...)
		}
		made, err := p.create(ctx, shared, reference, batch, r)
		switch {
		case made:
			used = paths.Size{Wild: used.Wild + n.Wild, Single: used.Single + n.Single}
			p.logWidened(ctx, of, batch, why, r)
		case errors.Is(err, invalidate.ErrPaths):
			refused = err
		case err != nil:
			return used, err
		}
	}
	return used, refused
}

// logWidened logs the paths that remove more from the cache than the changed objects.
func (p *Purger) logWidened(ctx context.Context, of []*object, made []string, why string, r *Report) {
	level := slog.LevelWarn
	switch r.Mode {
	case Tag:
		return
	case All:
		level, why = slog.LevelInfo, "that is what mode all does"
	}
	for _, path := range made {
		own := slices.ContainsFunc(of, func(o *object) bool { return slices.Contains(o.items, path) })
		if own && r.Mode != All {
			continue
		}
		r.Widened++
		p.Log.LogAttrs(ctx, level, "invalidating more than what has changed",
			slog.String("path", path), slog.Int("objects", len(of)), slog.String("because", why))
	}
}

// remember records the changes of objects that were invalidated.
func (p *Purger) remember(objects []*object) {
	for _, o := range objects {
		for _, id := range o.ids {
			p.done.add(id)
		}
	}
}

// chosen returns the objects of groups.
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

// create makes an invalidation and reports whether it did. It makes none if there was
// one with the same reference before: with the same items, or with others for the same
// changes.
func (p *Purger) create(ctx context.Context, shared *tolerantLedger, reference string, wanted []string, r *Report) (made bool, err error) {
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

// Paths invalidates paths and tags ("#TAG") by hand, and asks again as long as there is
// time. Called again with the same reference and paths it makes no new invalidations.
func (p *Purger) Paths(ctx context.Context, reference string, wanted []string) ([]invalidate.Invalidation, error) {
	at := p.Now()
	made, err := p.Client.PersistAll(ctx, reference, wanted)
	shared := &tolerantLedger{Ledger: p.Ledger, log: p.Log}
	for i, batch := range invalidate.Batches(wanted)[:len(made)] {
		if !made[i].Created.Before(at.Add(-maxSkew)) {
			shared.record(ctx, batch, at)
		}
	}
	return made, err
}
