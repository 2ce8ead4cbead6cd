package check

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestApply applies the module with options, then with others to the same state, and destroys
// all. The stand-in refuses to delete what the distribution or a function still names.
func TestApply(t *testing.T) {
	need(t)
	options := way{
		"rate_limit": 2000, "domain_name": domain, "hosted_zone_id": zone, "certificate_arn": certificate, "close_default_domain": true, "missing_key": 404,
		"site_domain_name": "alb.example.com", "site_secret": "origin-secret", "alarm_email": "team@example.com", "slack_channel": slack,
		"request_settings": `{"parameters":["signature"]}`, "signed_urls": true,
	}
	for name, ways := range map[string][]way{
		"options taken back": {options, {}},
		"options added":      {{}, options},
		"another bucket":     {{}, {"bucket_name": "old-originals", "bucket_region": "eu-west-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			state := filepath.Join(t.TempDir(), "terraform.tfstate")
			for _, given := range ways {
				if out, err := tofu.changed(t, module, state, "apply", given); err != nil {
					t.Fatalf("apply: %v\n%s", err, out)
				}
			}
			if out, err := tofu.changed(t, module, state, "destroy", ways[len(ways)-1]); err != nil {
				t.Errorf("destroy: %v\n%s", err, out)
			}
		})
	}
}

// TestDeletedTooEarly wants TestApply to fail for a module that deletes what the distribution
// or a function names.
func TestDeletedTooEarly(t *testing.T) {
	need(t)
	for file, early := range map[string]struct {
		options way
		want    string
	}{
		"policies.tf":      {way{"rate_limit": 2000}, "is in use by the distribution"},
		"viewerrequest.tf": {way{"request_settings": `{"parameters":["signature"]}`, "signed_urls": true}, "is in use by the function edgeresize-images"},
	} {
		t.Run(file, func(t *testing.T) {
			dir := broken{file, "create_before_destroy = true", "create_before_destroy = false", ""}.in(t)
			own := tofu.apart(t)
			own.each(t, dir, "init -backend=false")
			state := filepath.Join(t.TempDir(), "terraform.tfstate")
			if out, err := own.changed(t, dir, state, "apply", early.options); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			out, err := own.changed(t, dir, state, "apply", nil)
			if err == nil || !strings.Contains(strings.Join(strings.Fields(string(out)), " "), early.want) {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// changed applies or destroys the module in a folder with variables and a state. It returns
// the errors only if there are any.
func (o *tool) changed(t *testing.T, folder, state, command string, given way) ([]byte, error) {
	t.Helper()
	out, err := o.in(folder, command, "-auto-approve", "-input=false", "-no-color", "-state="+state, "-var-file="+varFile(t, given))
	if _, errors, failed := strings.Cut(string(out), "\nError: "); failed {
		out = []byte(errors)
	}
	return out, err
}
