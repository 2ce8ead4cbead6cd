package paths

// Size is a number of paths and tags.
type Size struct {
	Wild   int // that end in "*"
	Single int // that do not; tags
}

// All returns the sum.
func (s Size) All() int { return s.Wild + s.Single }

// SizeOf counts the items of an invalidation.
func SizeOf(items []string) (s Size) {
	for _, item := range items {
		if IsWild(item) {
			s.Wild++
		} else {
			s.Single++
		}
	}
	return s
}

// Count counts the paths of groups.
func Count(groups []Group) (n Size) {
	for _, g := range groups {
		s := SizeOf(g.Paths)
		n.Wild, n.Single = n.Wild+s.Wild, n.Single+s.Single
	}
	return n
}

// Room is how many paths a plan may have: Wild that end in "*", All in total. Both are
// at least 1.
type Room struct{ Wild, All int }

// excess returns by how many paths cover exceeds Wild and All.
func (r Room) excess(cover []prefix) (wild, all int) {
	for _, p := range cover {
		if p.wild {
			wild++
		}
	}
	return max(0, wild-r.Wild), max(0, len(cover)-r.All)
}
