package invalidate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// Batches splits paths and tags into the items of single requests: at most [MaxItems]
// each, with at most one path that ends in "*". It leaves out duplicates and what such
// a path covers. It turns tags into lower case, as CloudFront compares them. The same
// items are split the same way.
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

// covers reports whether wild ends in "*" and removes all that item removes, and more.
func covers(wild, item string) bool {
	return paths.IsWild(wild) && wild != item && strings.HasPrefix(item, strings.TrimSuffix(wild, "*"))
}

// PersistAll invalidates all items in as many requests as needed. It repeats each after
// a transient error as long as there is time. Called again with the same items and
// reference it makes no new invalidations. With an error it returns those that were
// made before.
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
