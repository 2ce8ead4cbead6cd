package paths

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
)

// Group is one invalidation.
type Group struct {
	// Paths are sorted, and none of them covers another.
	Paths []string
	// Of are the indices of the objects that the group is for, ascending.
	Of []int
}

// Each returns a group for each element of wanted, the paths of one object. Objects
// with a path in common, or one that covers the other's, share a group.
func Each(wanted [][]string) []Group { return Plan(wanted, Room{math.MaxInt, math.MaxInt}) }

// Plan groups as [Each] does if room allows it. Otherwise it replaces paths by their
// folders until it does: in the deepest folders first, and of these in the fullest
// first. At worst [All] is left.
func Plan(wanted [][]string, room Room) []Group {
	var all []prefix
	for _, paths := range wanted {
		for _, path := range paths {
			all = append(all, prefixOf(path))
		}
	}
	cover := widest(all)
	for depth := deepest(cover); depth > 0; depth-- {
		wild, excess := room.excess(cover)
		if wild == 0 && excess == 0 {
			break
		}
		cover = widest(withFolders(cover, depth, wild, excess))
	}
	return grouped(wanted, cover)
}

// prefix is a path: a wild one stands for all URLs that begin with text, another for
// one URL.
type prefix struct {
	text string
	wild bool
}

func prefixOf(path string) prefix {
	text, wild := strings.CutSuffix(path, "*")
	return prefix{text, wild}
}

func (p prefix) String() string {
	if p.wild {
		return p.text + "*"
	}
	return p.text
}

// compare orders a wild prefix just before the prefixes that it covers.
func compare(a, b prefix) int {
	if c := strings.Compare(a.text, b.text); c != 0 || a.wild == b.wild {
		return c
	}
	if a.wild {
		return -1
	}
	return 1
}

// covers reports whether p equals q, or is wild and q begins with it.
func (p prefix) covers(q prefix) bool { return p == q || p.wild && strings.HasPrefix(q.text, p.text) }

// widest returns the prefixes that no other one covers, sorted.
func widest(prefixes []prefix) []prefix {
	slices.SortFunc(prefixes, compare)
	kept := prefixes[:0]
	for _, p := range prefixes {
		if len(kept) == 0 || !kept[len(kept)-1].covers(p) {
			kept = append(kept, p)
		}
	}
	return kept
}

func deepest(prefixes []prefix) int {
	depth := 0
	for _, p := range prefixes {
		depth = max(depth, strings.Count(p.text, "/"))
	}
	return depth
}

// withFolders adds folders at depth, the fullest first, until they save wild of the
// wild prefixes and all of all prefixes, or no further folder saves any.
func withFolders(prefixes []prefix, depth, wild, all int) []prefix {
	in := map[string]Size{}
	for _, p := range prefixes {
		if folder := folderAt(p.text, depth); folder != "" {
			n := in[folder]
			if p.wild {
				n.Wild++
			} else {
				n.Single++
			}
			in[folder] = n
		}
	}
	needsWild, needsAll := wild > 0, all > 0
	gain := func(folder string) (gain int) {
		if needsWild {
			gain = in[folder].Wild - 1
		}
		if needsAll {
			gain = max(gain, in[folder].All()-1)
		}
		return gain
	}
	fullest := slices.SortedFunc(maps.Keys(in), func(a, b string) int { return cmp.Or(gain(b)-gain(a), strings.Compare(a, b)) })
	for _, folder := range fullest {
		if wild <= 0 && all <= 0 || gain(folder) <= 0 {
			break
		}
		prefixes = append(prefixes, prefix{folder, true})
		wild, all = wild-(in[folder].Wild-1), all-(in[folder].All()-1)
	}
	return prefixes
}

// folderAt returns the folder at depth that contains prefix, "" if it is less deep. "/"
// has the depth 1.
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

// grouped puts elements of wanted into one group if the same prefix of cover covers
// paths of theirs.
func grouped(wanted [][]string, cover []prefix) []Group {
	owner := make([]int, len(cover)) // who wanted a prefix first
	for i := range owner {
		owner[i] = -1
	}
	sets := newDisjoint(len(wanted))
	for i, paths := range wanted {
		for _, path := range paths {
			// No prefix in cover covers another. The one that covers a path is thus the
			// last that does not come after it.
			at, found := slices.BinarySearchFunc(cover, prefixOf(path), compare)
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
		g.Paths = append(g.Paths, prefix.String())
	}
	groups := make([]Group, len(roots))
	for i, root := range roots {
		groups[i] = *byRoot[root]
	}
	return groups
}
