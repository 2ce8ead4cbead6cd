package doctor

import (
	"testing"

	"github.com/edgeresize/edgeresize/deploy/release"
)

// TestCode compares the code of the newest and of the attached version with a package.
func TestCode(t *testing.T) {
	checkFindings(t, []findingCase{
		{"another package", func(s *fixture) {
			s.options.CodeSha256, s.options.CodeFile = release.Checksum([]byte("another")), "dist/edgeresize.zip"
		}, Problem, "code", "version 1 has the code "},
		{"an older version attached", func(s *fixture) {
			attach(s, functionARN+":1")
			s.versions = 2
			s.options.CodeSha256, s.options.CodeFile = release.Checksum([]byte("another")), "dist/edgeresize.zip"
		}, Problem, "code", "version 2 has the code "},
	})
	s := newFixture(t)
	s.options.CodeSha256, s.options.CodeFile = release.Checksum(s.create.Code.ZipFile), "dist/edgeresize.zip"
	found := false
	for _, f := range s.look() {
		found = found || f == Finding{Good, "code", "version 1 has the code of dist/edgeresize.zip", ""}
	}
	if !found {
		t.Error("nothing says that the code is that of the package")
	}
}
