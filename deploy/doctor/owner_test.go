package doctor

import (
	"slices"
	"strings"
	"testing"
)

// TestOwner wants a note for a distribution whose tags name Terraform or OpenTofu.
func TestOwner(t *testing.T) {
	for _, tt := range []struct {
		key, value string
		noted      bool
	}{
		{"managed-by", "terraform", true},
		{"ManagedBy", "Terraform", true},
		{"iac", "OpenTofu", true},
		{"managed-by", "the web team", false},
		{"terraform", "no", false},
	} {
		s := newFixture(t)
		s.tags = map[string]string{tt.key: tt.value}
		noted := slices.ContainsFunc(s.look(), func(f Finding) bool {
			return f.Level == Note && f.Subject == "owner" && strings.Contains(f.Text, tt.key) && strings.Contains(f.Fix, "deploy/terraform")
		})
		if noted != tt.noted {
			t.Errorf("%s=%s: a note: %t", tt.key, tt.value, noted)
		}
	}
}

// TestOwnerDenied wants the permission named that the check lacks.
func TestOwnerDenied(t *testing.T) {
	s := newFixture(t)
	s.server.Fault = deny("ListTagsForResource")
	if !slices.ContainsFunc(s.look(), func(f Finding) bool {
		return f.Level == Unknown && strings.HasSuffix(f.Fix, "cloudfront:ListTagsForResource")
	}) {
		t.Error("nothing about the permission")
	}
}
