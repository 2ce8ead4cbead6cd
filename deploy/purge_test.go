package main

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/edge/cachetag"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// awaitInvalidated waits until a distribution has n invalidations, and returns their paths.
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

// inOneShell puts in front of each command the settings of the environment that come before
// it.
func inOneShell(commands []string) (all []string) {
	settings := ""
	for _, command := range commands {
		if strings.HasPrefix(command, "export ") {
			settings += command + "\n"
		} else {
			all = append(all, settings+command)
		}
	}
	return all
}

// outputsOf runs a command in the checkout, which is the working directory, and returns the
// outputs that it prints.
func outputsOf(t *testing.T, command string) map[string]string {
	t.Helper()
	out, err := output(t, "sh", "-c", command)
	if err != nil {
		t.Fatal(err)
	}
	return stackOutputs(out)
}

// codeBuckets returns the buckets that were made for packages, and their regions.
func codeBuckets(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, b := range at(aws(t, "s3api", "list-buckets"), "Buckets").([]any) {
		if name := at(b, "Name").(string); strings.HasPrefix(name, "edgeresize-"+fakeaws.Account+"-") {
			region, _ := at(aws(t, "s3api", "get-bucket-location", "--bucket", name), "LocationConstraint").(string)
			found[name] = region
		}
	}
	return found
}

// README's lines, word for word, make a site, its purge function and a pipeline's in an
// empty account whose region is Tokyo. What changes in the bucket reaches the packaged
// function by way of EventBridge and the queue, and CloudFront invalidates it. make site
// has made the one invalidation before.
func TestReadmeTemplatesUnderEmulation(t *testing.T) {
	newMinistack(t)
	t.Setenv("AWS_DEFAULT_REGION", "ap-northeast-1")
	t.Setenv("ARCH", "x86_64")
	makes := siteCommandOfReadme(t)
	first := readme.Lines(t, "purge")
	pipeline := readme.Lines(t, "pipeline")
	t.Chdir("..")
	site := outputsOf(t, makes)
	own := strings.NewReplacer("E1ABCDEFGHIJKL", site["DistributionId"], "ORIGINALS", site["Bucket"], "cp photo.jpg", "cp testdata/originals/PHOTO.jpg")
	// The object's tag, or its path if the emulation knows no tags.
	changed := "/photo.jpg*"
	if config := at(aws(t, "cloudfront", "get-distribution-config", "--id", site["DistributionId"]), "DistributionConfig"); at(config, "CacheTagConfig") != nil {
		changed = cachetag.Item(cachetag.Of(site["Bucket"], "photo.jpg"))
	}
	for i, command := range inOneShell(first) {
		outputs := outputsOf(t, own.Replace(command))
		switch i {
		case 0:
			if arn := outputs["FunctionArn"]; !strings.HasSuffix(arn, ":us-east-1:"+fakeaws.Account+":function:edgeresize-purge") {
				t.Errorf("%s prints %v", command, outputs)
			}
		case 1:
			checkInvalidated(t, site["DistributionId"], "/*", changed)
			aws(t, "s3api", "delete-object", "--bucket", site["Bucket"], "--key", "photo.jpg")
			checkInvalidated(t, site["DistributionId"], "/*", changed, changed)
		}
	}
	tokyo := []string{"--region", "ap-northeast-1"}
	role := outputsOf(t, own.Replace(pipeline[0]))["RoleArn"]
	made := outputsOf(t, own.Replace(strings.Replace(pipeline[1], "ROLE-ARN", role, 1)))
	if made["FunctionArn"] == "" || made["QueueUrl"] != "" || made["DeadLettersUrl"] != "" {
		t.Errorf("a purge for pipelines only is %v", made)
	}
	policy := at(aws(t, append(tokyo, "lambda", "get-policy", "--function-name", "edgeresize-purge")...), "Policy").(string)
	if role == "" || !strings.Contains(policy, role) {
		t.Errorf("the invoker has the role %q, and the purge function lets in %s", role, policy)
	}
	answer := filepath.Join(t.TempDir(), "answer")
	aws(t, append(tokyo, "lambda", "invoke", "--function-name", "edgeresize-purge",
		"--payload", `{"action": "invalidate", "paths": ["/piped/*"], "reference": "once"}`, answer)...)
	checkInvalidated(t, site["DistributionId"], "/*", changed, changed, "/piped/*")
	want := map[string]string{"edgeresize-" + fakeaws.Account + "-us-east-1": "", "edgeresize-" + fakeaws.Account + "-ap-northeast-1": "ap-northeast-1"}
	if got := codeBuckets(t); !maps.Equal(got, want) {
		t.Errorf("packages are in %v, want %v", got, want)
	}
}

// checkInvalidated checks the paths of a distribution's invalidations.
func checkInvalidated(t *testing.T, distribution string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := awaitInvalidated(t, distribution, len(want)); !slices.Equal(got, want) {
		t.Errorf("of %s are invalidated %q, want %q", distribution, got, want)
	}
}

// Two distributions for one bucket have a purge each. A change is invalidated in both, and
// deleting one purge leaves the other. What would give one the other's place is refused,
// and a stack that fails comes with advice.
func TestTemplatesOfTwoSitesUnderEmulation(t *testing.T) {
	newMinistack(t)
	t.Setenv("AWS_DEFAULT_REGION", "us-east-1")
	t.Setenv("ARCH", "x86_64")
	first := makeSite(t, "a")
	second := makeSite(t, "b", "BucketName="+first["Bucket"])
	aws(t, "s3api", "put-bucket-policy", "--bucket", first["Bucket"], "--policy", `{"Version": "2012-10-17", "Statement": [`+second["BucketPolicyStatement"]+`]}`)
	t.Chdir("..")
	purge := func(stack, distribution string) string {
		return "make purge STACK=" + stack + " PARAMETERS='Mode=each DistributionId=" + distribution + " BucketName=" + first["Bucket"] + "'"
	}
	outputsOf(t, purge("a", first["DistributionId"]))
	outputsOf(t, purge("b", second["DistributionId"]))
	if _, err := output(t, "sh", "-c", purge("a", second["DistributionId"])); err == nil || !strings.Contains(err.Error(), "the stack a-purge is for DistributionId "+first["DistributionId"]) {
		t.Errorf("got %v", err)
	}
	if _, err := output(t, "sh", "-c", "AWS_REGION=eu-west-1 "+purge("c", first["DistributionId"])); err == nil || !strings.Contains(err.Error(), "AWS_REGION=us-east-1 make purge") {
		t.Errorf("got %v", err)
	}
	aws(t, "s3", "cp", "--only-show-errors", "testdata/originals/PHOTO.jpg", "s3://"+first["Bucket"]+"/photo.jpg")
	for _, site := range []map[string]string{first, second} {
		checkInvalidated(t, site["DistributionId"], "/*", "/photo.jpg*")
	}
	aws(t, "cloudformation", "delete-stack", "--stack-name", "a-purge")
	aws(t, "cloudformation", "wait", "stack-delete-complete", "--stack-name", "a-purge")
	aws(t, "s3api", "delete-object", "--bucket", first["Bucket"], "--key", "photo.jpg")
	checkInvalidated(t, second["DistributionId"], "/*", "/photo.jpg*", "/photo.jpg*")
	checkInvalidated(t, first["DistributionId"], "/*", "/photo.jpg*")
}

// A name that is taken makes a stack fail. The command says which resource failed and why,
// and the line that it prints mends it.
func TestTemplateThatFailsUnderEmulation(t *testing.T) {
	newMinistack(t)
	makes := siteCommandOfReadme(t)
	addViewerRequest(t) // as people do who click
	t.Chdir("..")
	const cause = "\n  cause: ImageRequests (AWS::CloudFront::Function): "
	_, err := output(t, "sh", "-c", makes)
	if err == nil || !strings.Contains(err.Error(), cause) || !strings.Contains(err.Error(), "stack edgeresize in us-east-1: ROLLBACK_COMPLETE\n") {
		t.Fatalf("got %v", err)
	}
	_, again := output(t, "sh", "-c", makes)
	if again == nil || !strings.Contains(again.Error(), cause) || strings.Contains(again.Error(), "putting the package") {
		t.Fatalf("got %v", again)
	}
	_, out, _ := strings.Cut(again.Error(), "\n  aws cloudformation delete-stack ")
	out, _, _ = strings.Cut("aws cloudformation delete-stack "+out, "\n")
	etag := at(aws(t, "cloudfront", "describe-function", "--name", "edgeresize-images", "--stage", "DEVELOPMENT"), "ETag").(string)
	aws(t, "cloudfront", "delete-function", "--name", "edgeresize-images", "--if-match", etag)
	if _, err := output(t, "sh", "-c", out); err != nil {
		t.Fatal(err)
	}
	outputsOf(t, makes)
}
