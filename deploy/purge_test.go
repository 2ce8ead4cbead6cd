package main

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge/cachetag"
)

// purgeCommands are the lines of a block in README's section on changed originals,
// the first block being 0.
func purgeCommands(t *testing.T, block int, ownWords ...string) []string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## A changed original\n")
	lines, _, _ := strings.Cut(strings.Split(section, "```sh\n")[block+1], "```\n")
	return strings.Split(strings.TrimSpace(strings.NewReplacer(ownWords...).Replace(lines)), "\n")
}

// awaitInvalidated are the paths of a distribution's invalidations, once there
// are so many.
func awaitInvalidated(t *testing.T, distribution string, n int) []string {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; {
		var paths []string
		all, _ := at(aws(t, "cloudfront", "list-invalidations", "--distribution-id", distribution), "InvalidationList", "Items").([]any)
		for _, i := range all {
			one := aws(t, "cloudfront", "get-invalidation", "--distribution-id", distribution, "--id", at(i, "Id").(string))
			for _, path := range at(one, "Invalidation", "InvalidationBatch", "Paths", "Items").([]any) {
				paths = append(paths, path.(string))
			}
		}
		if len(paths) >= n || time.Now().After(end) {
			slices.Sort(paths)
			return paths
		}
	}
}

// A second site's function is a stack of its own: under the first one's name its
// distribution would take the other's place, which nothing would purge any more.
func TestPurgeOfASecondSite(t *testing.T) {
	for variable, want := range map[string]string{"ARCH=arm64": "edgeresize-purge", "STACK=second": "second-purge"} {
		out, err := output(t, "make", "-C", "..", "-n", "purge", "CODE_BUCKET=packages", variable)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(out, "--stack-name "+want+" "); got != 2 {
			t.Errorf("%s: %s is named %d times by\n%s", variable, want, got, out)
		}
	}
}

// A site and its purge function by README's commands: what changes in the bucket
// comes by way of EventBridge and the queue to the packaged function, which has
// CloudFront invalidate it. The one invalidation before is make site's.
func TestPurgeTemplateUnderEmulation(t *testing.T) {
	newMinistack(t)
	t.Setenv("AWS_DEFAULT_REGION", "us-east-1") // the bucket's
	t.Setenv("ARCH", "x86_64")
	aws(t, "s3api", "create-bucket", "--bucket", "packages")
	site := makeSite(t, "edgeresize")
	commands := purgeCommands(t, 0, "CODE-BUCKET", "packages", "E1ABCDEFGHIJKL", site["DistributionId"],
		"ORIGINALS", site["Bucket"], "cp photo.jpg", "cp testdata/originals/PHOTO.jpg")
	// The object's tag, or its path where the emulation knows of no tags.
	changed := "/photo.jpg*"
	if config := at(aws(t, "cloudfront", "get-distribution-config", "--id", site["DistributionId"]), "DistributionConfig"); at(config, "CacheTagConfig") != nil {
		changed = cachetag.Item(cachetag.Of(site["Bucket"], "photo.jpg"))
	}
	pipeline := purgeCommands(t, 1, "CODE-BUCKET-OF-A", "packages", "CODE-BUCKET", "packages")
	t.Chdir("..")
	for i, command := range commands {
		out, err := output(t, "sh", "-c", command)
		if err != nil {
			t.Fatal(err)
		}
		switch i {
		case 0:
			if arn := stackOutputs(out)["FunctionArn"]; !strings.HasSuffix(arn, ":function:edgeresize-purge") {
				t.Errorf("%s prints %s", command, out)
			}
		case 1:
			if got := awaitInvalidated(t, site["DistributionId"], 2); !slices.Equal(got, slices.Sorted(slices.Values([]string{"/*", changed}))) {
				t.Errorf("invalidated are %q", got)
			}
			aws(t, "s3api", "delete-object", "--bucket", site["Bucket"], "--key", "photo.jpg")
			if got := awaitInvalidated(t, site["DistributionId"], 3); !slices.Equal(got, slices.Sorted(slices.Values([]string{"/*", changed, changed}))) {
				t.Errorf("invalidated are %q", got)
			}
			addInvoker(t, pipeline)
		}
	}
	aws(t, "cloudformation", "delete-stack", "--stack-name", "edgeresize-invoker")
	left := at(aws(t, "lambda", "list-functions"), "Functions").([]any)
	if len(left) != 1 || at(left[0], "FunctionName") != "edgeresize" {
		t.Errorf("left are %v", left)
	}
}

// addInvoker adds an invoker, in the same account, to the purge function.
func addInvoker(t *testing.T, commands []string) {
	t.Helper()
	out, err := output(t, "sh", "-c", commands[0])
	if err != nil {
		t.Fatal(err)
	}
	role := stackOutputs(out)["RoleArn"]
	if _, err := output(t, "sh", "-c", strings.Replace(commands[1], "ROLE-ARN", role, 1)); err != nil {
		t.Fatal(err)
	}
	policy := at(aws(t, "lambda", "get-policy", "--function-name", "edgeresize-purge"), "Policy").(string)
	if role == "" || !strings.Contains(policy, role) {
		t.Errorf("the invoker has the role %q, and the purge function lets in %s", role, policy)
	}
}
