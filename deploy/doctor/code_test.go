package doctor

import (
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/release"
)

// TestCode compares the code of the newest and of the attached version with a package.
func TestCode(t *testing.T) {
	for name, tt := range map[string]struct {
		other  bool // the package has other code
		change func(*fixture)
		want   []string // findings about the code, as level and beginning of the text
	}{
		"the package":     {false, func(*fixture) {}, []string{"ok version 1 has the code of dist/edgeresize.zip"}},
		"another package": {true, func(*fixture) {}, []string{"problem version 1 has the code "}},
		"an older version attached": {true, func(s *fixture) {
			attach(s, functionARN+":1")
			s.versions = 2
		}, []string{"problem version 2 has the code ", "problem version 1 has the code "}},
		"the newest version attached": {true, func(s *fixture) { attach(s, functionARN+":1") }, []string{"problem version 1 has the code "}},
		"versions that may not be listed": {true, func(s *fixture) {
			attach(s, functionARN+":1")
			s.server.Fault = deny("ListVersionsByFunction")
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t)
			s.options.CodeSha256, s.options.CodeFile = release.Checksum(s.create.Code.ZipFile), "dist/edgeresize.zip"
			if tt.other {
				s.options.CodeSha256 = release.Checksum([]byte("another"))
			}
			tt.change(s)
			var got []string
			for _, f := range s.look() {
				if f.Subject == "code" {
					checkFix(t, f)
					got = append(got, string(f.Level)+" "+f.Text)
				}
			}
			if !slices.EqualFunc(got, tt.want, strings.HasPrefix) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
