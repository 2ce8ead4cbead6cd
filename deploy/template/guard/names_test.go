package guard

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// namedBy returns the type and name of each resource that the template names in a
// stack. CloudFormation derives the other names from the stack's.
func namedBy(t *testing.T, template object, stack string, parameters map[string]string) (all []string) {
	t.Helper()
	given := maps.Clone(parameters)
	given["AWS::StackName"] = stack
	resources := newResolver(t, template, given).resolved()["Resources"].(object)
	for id, r := range resources {
		kind := r.(object)["Type"].(string)
		properties, _ := r.(object)["Properties"].(object)
		for _, name := range namesIn(kind, properties) {
			text, ok := name.(string)
			if !ok || text == "" {
				t.Errorf("%s: %s is called %v", id, kind, name)
			}
			all = append(all, kind+" "+text)
		}
	}
	slices.Sort(all)
	return all
}

// namesIn returns the names that properties give to their own resource.
func namesIn(kind string, properties object) (names []any) {
	for property, value := range properties {
		switch property {
		case "Name", "LogGroupName", "RoleName", "BucketName", "QueueName", "UserId", "UserGroupId", "ServerlessCacheName":
			if kind != "AWS::Route53::RecordSet" {
				names = append(names, value)
			}
		case "FunctionName":
			if kind == "AWS::Lambda::Function" {
				names = append(names, value)
			}
		case "CachePolicyConfig", "OriginRequestPolicyConfig", "ResponseHeadersPolicyConfig", "OriginAccessControlConfig":
			names = append(names, namesIn(kind, value.(object))...)
		}
	}
	return names
}

// TestStacksShareNoName checks that two stacks, of any of the templates, share no name,
// so that neither replaces the other's resources nor fails because of them.
func TestStacksShareNoName(t *testing.T) {
	templates := purgeTemplates(t)
	templates["site"] = parsed(t)
	key := "edgeresize/" + strings.Repeat("0123", 16) + ".zip"
	code := map[string]string{"CodeBucket": "packages", "CodeKey": key}
	with := func(more map[string]string) map[string]string {
		all := maps.Clone(code)
		maps.Copy(all, more)
		return all
	}
	const role = "arn:aws:iam::222222222222:role/invoker"
	type stacked struct {
		template string
		given    map[string]string
	}
	options := []stacked{
		{"site", with(nil)},
		{"site", with(map[string]string{"BucketName": "originals", "KeyPrefix": "media", "Formats": "none"})},
		{"site", with(map[string]string{"DomainName": "a.example.com", "HostedZoneId": "Z1", "CloseDefaultDomain": "true",
			"SiteDomainName": "alb.example.com", "SiteSecret": "secret"})},
		{"purge", with(map[string]string{"DistributionId": "E1", "BucketName": "originals"})},
		{"purge", with(map[string]string{"DistributionId": "E1", "InvokerRole": role})},
		{"invoker", with(map[string]string{"Mode": "invoke", "Purge": "arn:aws:lambda:eu-west-1:222222222222:function:a"})},
		{"role", map[string]string{"DistributionId": "E1", "InvokerRole": role}},
	}
	suffix := map[string]string{"purge": "-purge", "role": "-purge", "invoker": "-invoker"}
	for i, a := range options {
		for j, b := range options {
			for _, sites := range [][2]string{{"a", "b"}, {"a", "a-b"}, {"a", "a-images"}, {"a-b", "b"}, {"a", "a"}} {
				first, second := sites[0]+suffix[a.template], sites[1]+suffix[b.template]
				if first == second {
					continue // the same stack
				}
				what := fmt.Sprintf("%s of %d as %s and %s of %d as %s", a.template, i, first, b.template, j, second)
				names := namedBy(t, templates[a.template], first, a.given)
				if len(names) == 0 {
					t.Errorf("%s: no name", what)
				}
				for _, name := range namedBy(t, templates[b.template], second, b.given) {
					if slices.Contains(names, name) {
						t.Errorf("%s: both have %s", what, name)
					}
				}
			}
		}
	}
}

// TestPurgeWithoutABucket checks that a purge without a bucket has no queue.
func TestPurgeWithoutABucket(t *testing.T) {
	template := purgeTemplates(t)["purge"]
	key := "edgeresize/" + strings.Repeat("0123", 16) + ".zip"
	for _, mode := range []string{"tag", "each", "adaptive", "all"} {
		for _, bucket := range []string{"", "originals"} {
			for _, invoker := range []string{"", "arn:aws:iam::222222222222:role/invoker"} {
				for _, prefix := range []string{"", "media"} {
					made := newResolver(t, template, map[string]string{"CodeBucket": "packages", "CodeKey": key, "DistributionId": "E1",
						"BucketName": bucket, "InvokerRole": invoker, "Mode": mode, "KeyPrefix": prefix}).resolved()
					resources := made["Resources"].(object)
					want := []string{"Function", "Log", "Role"}
					if bucket != "" {
						want = append(want, "DeadLetters", "EventSource", "Queue", "QueuePolicy", "Rule")
					}
					if invoker != "" {
						want = append(want, "InvokerPermission")
					}
					slices.Sort(want)
					if got := slices.Sorted(maps.Keys(resources)); !slices.Equal(got, want) {
						t.Errorf("bucket %q, invoker %q: got %q, want %q", bucket, invoker, got, want)
					}
					if text := fmt.Sprint(made); bucket == "" && (strings.Contains(text, "Queue") || strings.Contains(text, "sqs:")) {
						t.Errorf("without a bucket there is a queue: %s", text)
					}
				}
			}
		}
	}
}
