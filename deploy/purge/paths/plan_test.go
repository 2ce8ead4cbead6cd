package paths

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// shown is groups in short.
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
		{"spellings of a folder", [][]string{{"/E9/1*", "/e9/1*"}, {"/E9/2*", "/e9/2*"}}, 2, "/E9/* /e9/*[0 1]"},
	} {
		if got := shown(Plan(tt.wanted, tt.most)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// checkPlan says what holds for every plan.
func checkPlan(t *testing.T, wanted [][]string, most int, groups []Group) {
	t.Helper()
	if n := Count(groups); n > most {
		t.Errorf("%d paths, more than %d", n, most)
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
	slices.Sort(all)
	for i := 1; i < len(all); i++ {
		if Covers(all[i-1], all[i]) {
			t.Fatalf("%q covers %q", all[i-1], all[i])
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
				paths = append(paths, fmt.Sprintf("%s/%d*", path, r.IntN(20)))
			}
			wanted = append(wanted, paths)
		}
		most := 1 + r.IntN(20)
		plan := Plan(wanted, most)
		checkPlan(t, wanted, most, plan)
		if each := Each(wanted); Count(each) <= most && shown(each) != shown(plan) {
			t.Errorf("got %s, want %s", shown(plan), shown(each))
		}
		if shown(Plan(wanted, most)) != shown(plan) {
			t.Error("two plans of the same differ")
		}
	}
}
