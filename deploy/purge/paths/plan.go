package paths

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
)

// Group is what one invalidation is for.
type Group struct {
	// Paths are sorted, and none of them covers another.
	Paths []string
	// Of are the indices of those who want them, ascending.
	Of []int
}

// Count is how many paths groups have.
func Count(groups []Group) int {
	n := 0
	for _, g := range groups {
		n += len(g.Paths)
	}
	return n
}

// Each groups those who want paths, which end in "*": each is alone, unless
// another wants the same path or one that covers it.
func Each(wanted [][]string) []Group { return Plan(wanted, math.MaxInt) }

// Plan is Each if that makes at most so many paths, which are at least 1. Else
// paths give way to their folder's, in the deepest folders first and among
// these in the fullest one, until there are as few. At worst there is [All].
func Plan(wanted [][]string, most int) []Group {
	var all []string
	for _, paths := range wanted {
		for _, path := range paths {
			all = append(all, strings.TrimSuffix(path, "*"))
		}
	}
	cover := widest(all)
	for depth := deepest(cover); len(cover) > most && depth > 0; depth-- {
		cover = widest(withFolders(cover, depth, len(cover)-most))
	}
	return grouped(wanted, cover)
}

// widest are those prefixes that are not covered by another, sorted.
func widest(prefixes []string) []string {
	slices.Sort(prefixes)
	kept := prefixes[:0]
	for _, p := range prefixes {
		if len(kept) == 0 || !strings.HasPrefix(p, kept[len(kept)-1]) {
			kept = append(kept, p)
		}
	}
	return kept
}

func deepest(prefixes []string) int {
	depth := 0
	for _, p := range prefixes {
		depth = max(depth, strings.Count(p, "/"))
	}
	return depth
}

// withFolders adds folders of a depth that cover so many more prefixes than
// there are of them, or all that cover more than one.
func withFolders(prefixes []string, depth, excess int) []string {
	in := map[string]int{}
	for _, p := range prefixes {
		if folder := folderAt(p, depth); folder != "" {
			in[folder]++
		}
	}
	fullest := slices.SortedFunc(maps.Keys(in), func(a, b string) int { return cmp.Or(in[b]-in[a], strings.Compare(a, b)) })
	for _, folder := range fullest {
		if excess <= 0 || in[folder] == 1 {
			break
		}
		prefixes = append(prefixes, folder)
		excess -= in[folder] - 1
	}
	return prefixes
}

// folderAt is the folder of a depth that a prefix is in, "/" being at 1, or
// empty if it is not as deep.
func folderAt(prefix string, depth int) string {
	end := 0
	for range depth {
		i := strings.IndexByte(prefix[end:], '/')
		if i < 0 {
			return ""
		}
		end += i + 1
	}
	return prefix[:end]
}

// grouped puts those together who want what the same prefix covers.
func grouped(wanted [][]string, cover []string) []Group {
	owner := make([]int, len(cover)) // who wanted a prefix first
	for i := range owner {
		owner[i] = -1
	}
	sets := newDisjoint(len(wanted))
	for i, paths := range wanted {
		for _, path := range paths {
			// No prefix covers another, so that the one that covers a path is
			// the last that is not behind it.
			at, found := slices.BinarySearch(cover, strings.TrimSuffix(path, "*"))
			if !found {
				at--
			}
			if owner[at] < 0 {
				owner[at] = i
			}
			sets.join(owner[at], i)
		}
	}
	byRoot := map[int]*Group{}
	var roots []int
	for i := range wanted {
		if len(wanted[i]) == 0 {
			continue
		}
		root := sets.root(i)
		if byRoot[root] == nil {
			byRoot[root] = &Group{}
			roots = append(roots, root)
		}
		byRoot[root].Of = append(byRoot[root].Of, i)
	}
	for at, prefix := range cover {
		g := byRoot[sets.root(owner[at])]
		g.Paths = append(g.Paths, prefix+"*")
	}
	groups := make([]Group, len(roots))
	for i, root := range roots {
		groups[i] = *byRoot[root]
	}
	return groups
}

// disjoint are disjoint sets of indices: each names another one of its set, or
// itself.
type disjoint []int

func newDisjoint(n int) disjoint {
	d := make(disjoint, n)
	for i := range d {
		d[i] = i
	}
	return d
}

// root is the index that stands for the set of i.
func (d disjoint) root(i int) int {
	for d[i] != i {
		d[i] = d[d[i]]
		i = d[i]
	}
	return i
}

func (d disjoint) join(i, j int) { d[d.root(j)] = d.root(i) }
