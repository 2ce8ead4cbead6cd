package invalidate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// Batches splits paths and tags into what one request may ask for each: at most
// [MaxItems], of which one ends in "*". What stands there twice, or is covered by
// a path that ends in "*", is left out. Tags are in lower case, as CloudFront compares
// them. The same items are split the same way.
func Batches(items []string) [][]string {
	var wild, single []string
	seen := map[string]bool{}
	wilds := slices.DeleteFunc(slices.Clone(items), func(item string) bool { return !paths.IsWild(item) })
	for _, item := range items {
		if strings.HasPrefix(item, "#") {
			item = strings.ToLower(item)
		}
		if seen[item] || slices.ContainsFunc(wilds, func(other string) bool { return covers(other, item) }) {
			continue
		}
		seen[item] = true
		if paths.IsWild(item) {
			wild = append(wild, item)
		} else {
			single = append(single, item)
		}
	}
	var batches [][]string
	for len(wild)+len(single) > 0 {
		var batch []string
		if len(wild) > 0 {
			batch, wild = append(batch, wild[0]), wild[1:]
		}
		n := min(len(single), MaxItems-len(batch))
		batches = append(batches, append(batch, single[:n]...))
		single = single[n:]
	}
	return batches
}

// covers reports whether one item removes all that another one does, and more.
func covers(wild, item string) bool {
	return paths.IsWild(wild) && wild != item && strings.HasPrefix(item, strings.TrimSuffix(wild, "*"))
}

// PersistAll has all items invalidated, by as many requests as that takes, each
// asked again as long as there is time if its error is transient. The same items
// with the same reference again are the same invalidations. With an error come
// those that were made before it.
func (c *Client) PersistAll(ctx context.Context, reference string, items []string) ([]Invalidation, error) {
	if len(items) == 0 {
		return nil, fmt.Errorf("%w: there are none", ErrPaths)
	}
	batches := Batches(items)
	n := paths.SizeOf(slices.Concat(batches...))
	if n.Wild > MaxWildcards || n.Single > MaxSingle {
		return nil, fmt.Errorf("%w: %d that end in * and %d others, more than the %d and %d that may be in progress",
			ErrPaths, n.Wild, n.Single, MaxWildcards, MaxSingle)
	}
	var made []Invalidation
	for i, batch := range batches {
		of := reference
		if len(batches) > 1 {
			of = fmt.Sprintf("%s-%d-of-%d", reference, i+1, len(batches))
		}
		invalidation, err := c.Persist(ctx, of, batch)
		if err != nil && len(batches) > 1 {
			err = fmt.Errorf("%d of %d invalidations made: %w", i, len(batches), err)
		}
		if err != nil {
			return made, err
		}
		made = append(made, invalidation)
	}
	return made, nil
}
