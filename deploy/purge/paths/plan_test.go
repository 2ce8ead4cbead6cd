package paths

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// shown returns groups in short.
func shown(groups []Group) string {
	var parts []string
	for _, g := range groups {
		parts = append(parts, fmt.Sprint(strings.Join(g.Paths, " "), g.Of))
	}
	return strings.Join(parts, "; ")
}

func TestPlan(t *testing.T) {
	one := func(paths ...string) (wanted [][]string) {
		for _, p := range paths {
			wanted = append(wanted, []string{p})
		}
		return wanted
	}
	for _, tt := range []struct {
		name   string
		wanted [][]string
		most   int
		want   string
	}{
		{"nothing", nil, 15, ""},
		{"no path", [][]string{nil, {"/a*"}}, 15, "/a*[1]"},
		{"each", one("/b*", "/a*"), 2, "/b*[0]; /a*[1]"},
		{"the same twice", one("/a*", "/b*", "/a*"), 2, "/a*[0 2]; /b*[1]"},
		{"one covers another", one("/ab.jpg*", "/a*", "/c*"), 2, "/a*[0 1]; /c*[2]"},
		{"two spellings", [][]string{{"/é*", "/e*"}, {"/b*"}}, 3, "/e* /é*[0]; /b*[1]"},
		{"a spelling that another covers", [][]string{{"/a@*", "/a%40*"}, {"/a*"}}, 3, "/a*[0 1]"},
		{"spellings that join", [][]string{{"/1*", "/2*"}, {"/2*", "/3*"}, {"/4*"}}, 9, "/1* /2* /3*[0 1]; /4*[2]"},
		{"the deepest folder first", one("/a/b/1*", "/a/b/2*", "/a/3*", "/a/4*", "/a/5*"), 4, "/a/b/*[0 1]; /a/3*[2]; /a/4*[3]; /a/5*[4]"},
		{"and then the one above", one("/a/b/1*", "/a/b/2*", "/a/3*", "/a/4*", "/c/5*"), 3, "/a/*[0 1 2 3]; /c/5*[4]"},
		{"the fullest of a depth", one("/a/1*", "/a/2*", "/b/1*", "/b/2*", "/b/3*"), 3, "/a/1*[0]; /a/2*[1]; /b/*[2 3 4]"},
		{"as few as there may be", one("/a/1*", "/a/2*", "/b/1*", "/b/2*", "/b/3*"), 2, "/a/*[0 1]; /b/*[2 3 4]"},
		{"everything", one("/a/1*", "/a/2*", "/b/1*"), 1, "/*[0 1 2]"},
		{"a folder that all share", one("/x/a/1*", "/x/b/2*", "/x/c/1*"), 2, "/x/*[0 1 2]"},
		{"in the top folder", one("/1*", "/2*", "/a/3*"), 2, "/*[0 1 2]"},
		{"a page", [][]string{{"/u", "/u?*"}, {"/v", "/v?*"}}, 2, "/u /u?*[0]; /v /v?*[1]"},
		{"a page and what is below it", [][]string{{"/u", "/u?*"}, {"/u/a.jpg*"}}, 2, "/u /u?*[0]; /u/a.jpg*[1]"},
		{"pages and a picture", [][]string{{"/a/u", "/a/u?*"}, {"/a/v", "/a/v?*"}, {"/b*"}}, 2, "/a/*[0 1]; /b*[2]"},
		{"an asterisk", one("/u/123/**", "/u/123/a*b*", "/u/123/a*"), 3, "/u/123/**[0]; /u/123/a*[1 2]"},
		{"a path and the one that covers it", one("/a", "/a*"), 2, "/a*[0 1]"},
		{"spellings of a folder", [][]string{{"/E9/1*", "/e9/1*"}, {"/E9/2*", "/e9/2*"}}, 2, "/E9/* /e9/*[0 1]"},
	} {
		if got := shown(Plan(tt.wanted, Room{tt.most, math.MaxInt})); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A budget counts all paths, the quota of paths in progress the wild ones.
func TestPlanOfABudget(t *testing.T) {
	wanted := [][]string{{"/a/u", "/a/u?*"}, {"/a/v", "/a/v?*"}, {"/b/1.jpg*"}, {"/b/2.jpg*"}}
	for room, want := range map[Room]string{
		{4, 6}: "/a/u /a/u?*[0]; /a/v /a/v?*[1]; /b/1.jpg*[2]; /b/2.jpg*[3]",
		{4, 5}: "/a/*[0 1]; /b/1.jpg*[2]; /b/2.jpg*[3]",
		{3, 9}: "/a/*[0 1]; /b/1.jpg*[2]; /b/2.jpg*[3]",
		{9, 2}: "/a/*[0 1]; /b/*[2 3]",
		{9, 1}: "/*[0 1 2 3]",
	} {
		if got := shown(Plan(wanted, room)); got != want {
			t.Errorf("%+v: got %s, want %s", room, got, want)
		}
	}
}

// checkPlan checks what holds for every plan.
func checkPlan(t *testing.T, wanted [][]string, room Room, groups []Group) {
	t.Helper()
	if n := Count(groups); n.Wild > room.Wild || n.All() > room.All {
		t.Errorf("%+v paths, more than %+v", n, room)
	}
	var all []string
	var of []int
	for _, g := range groups {
		of = append(of, g.Of...)
		for _, i := range g.Of {
			for _, path := range wanted[i] {
				if !slices.ContainsFunc(g.Paths, func(p string) bool { return Covers(p, path) }) {
					t.Fatalf("%q is not covered by %q", path, g.Paths)
				}
			}
		}
		all = append(all, g.Paths...)
		if !slices.IsSorted(g.Paths) || !slices.IsSorted(g.Of) {
			t.Errorf("not sorted: %+v", g)
		}
	}
	slices.Sort(of)
	for i := range wanted {
		if of[i] != i {
			t.Fatalf("groups are of %v", of)
		}
	}
	for i, path := range all {
		for j, other := range all {
			if i != j && Covers(path, other) {
				t.Fatalf("%q covers %q", path, other)
			}
		}
	}
}

func TestPlanOfMany(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var wanted [][]string
		for range 1 + r.IntN(60) {
			var paths []string
			for range 1 + r.IntN(2) {
				path := ""
				for range r.IntN(4) {
					path += "/" + string(rune('a'+r.IntN(3)))
				}
				path = fmt.Sprintf("%s/%d", path, r.IntN(20))
				if r.IntN(3) == 0 {
					paths = append(paths, path, path+"?*")
				} else {
					paths = append(paths, path+"*")
				}
			}
			wanted = append(wanted, paths)
		}
		room := Room{1 + r.IntN(20), 1 + r.IntN(40)}
		plan := Plan(wanted, room)
		checkPlan(t, wanted, room, plan)
		each := Each(wanted)
		if n := Count(each); n.Wild <= room.Wild && n.All() <= room.All && shown(each) != shown(plan) {
			t.Errorf("got %s, want %s", shown(plan), shown(each))
		}
		if shown(Plan(wanted, room)) != shown(plan) {
			t.Error("two plans of the same differ")
		}
	}
}
