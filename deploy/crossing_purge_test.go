package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/pairs"
	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// regional are the options of the functions that run in one region, by the template.
// DistributionId and BucketName say which site the stack is for.
var regional = map[string][][]way{
	"purge": {
		{{}, {name: "pipelines only", given: given{"BucketName": ""}}},
		{{}, {name: "KeyPrefix", given: given{"KeyPrefix": "media/photos"}}},
		{{}, {name: "UrlPrefix", given: given{"UrlPrefix": "/wp-content/uploads"}}},
		{{}, {name: "Suffixes", given: given{"Suffixes": ".jpg,.png"}}},
		{{}, {name: "each", given: given{"Mode": "each"}}, {name: "adaptive", given: given{"Mode": "adaptive"}}, {name: "all", given: given{"Mode": "all"}}},
		{{}, {name: "MonthlyPaths", given: given{"MonthlyPaths": "50"}}},
		{{}, {name: "ledger", given: given{"LedgerStack": "edgeresize-ledger", "WindowSeconds": "5"}}},
		{{}, {name: "invoker", given: given{"InvokerRole": "arn:aws:iam::999999999999:role/edgeresize-invoker-Role-1"}}},
		{{}, {name: "x86_64", given: given{"Architecture": "x86_64"}}},
		{{}, {name: "AlarmEmail", given: given{"AlarmEmail": "ops@example.com"}}, {name: "AlarmTopicArn", given: given{"AlarmTopicArn": "arn:aws:sns:%r:123456789012:ops"}}},
		{{}, {name: "Tokyo", given: given{"AWS_REGION": "ap-northeast-1"}}},
	},
	"invoker": {
		{{name: "invoke", given: given{"Mode": "invoke", "Purge": "arn:aws:lambda:eu-west-1:222222222222:function:%s-purge"}},
			{name: "assume-role", given: given{"Mode": "assume-role", "Purge": "arn:aws:iam::222222222222:role/%s-purge", "DistributionId": "E1ABCDEFGHIJKL"}}},
		{{}, {name: "x86_64", given: given{"Architecture": "x86_64"}}},
		{{}, {name: "Tokyo", given: given{"AWS_REGION": "ap-northeast-1"}}},
	},
}

// Every parameter of these templates is crossed with the others.
func TestEveryRegionalParameterIsCrossed(t *testing.T) {
	for command, options := range regional {
		template, err := cfn.Read("purge/" + command + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		crossed := map[string]bool{"CodeBucket": true, "CodeKey": true, "AWS_REGION": true, "DistributionId": true, "BucketName": true}
		for _, ways := range options {
			for _, w := range ways {
				for name := range w.given {
					crossed[name] = true
				}
			}
		}
		for name := range template.Parameters {
			if !crossed[name] {
				t.Errorf("%s of %s has no row: give it one in regional, in this file", name, command)
			}
		}
	}
}

// regionalRows returns all pairs of a template's options.
func regionalRows(command string) (all []map[string]string) {
	var values []int
	for _, ways := range regional[command] {
		values = append(values, len(ways))
	}
	for _, row := range pairs.Cover(values...) {
		parameters := map[string]string{}
		for option, number := range row {
			maps.Copy(parameters, regional[command][option][number].given)
		}
		all = append(all, parameters)
	}
	return all
}

// Two sites with one bucket each have their own purge and invoker. Neither's resources name
// what belongs to the other, and making them changes no site and no notification of the
// bucket.
func TestRegionalFunctionsCrossed(t *testing.T) {
	w := newWorld(t)
	const tells = `<QueueConfiguration><Id>others</Id><Queue>arn:aws:sqs:us-east-1:123456789012:others</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration>` +
		`<EventBridgeConfiguration></EventBridgeConfiguration>`
	for _, name := range []string{"us-originals", "tokyo-originals"} {
		w.buckets.Bucket(name, map[string]string{"us-originals": "us-east-1", "tokyo-originals": "ap-northeast-1"}[name], "")
		w.buckets.Notify(name, tells)
	}
	for command := range regional {
		for number, parameters := range regionalRows(command) {
			var sites, made [2]map[string]string
			var policies [2]string
			region := regionOf(parameters)
			for i := range sites {
				stack := fmt.Sprintf("site%d-%c", number, 'a'+i)
				sites[i] = w.regional(command, stack, region, fmt.Sprintf("E%dSITE%c", number, 'A'+i), parameters)
				if again := w.regionalAgain(command, stack, region); again != "" {
					t.Errorf("%s %v: the same again: %s", command, parameters, again)
				}
				stackMade := w.resources(stack+"-"+command, region, "purge/"+command+".yaml")
				made[i] = stackMade.Resources
				policies[i] = linesWith(w.roles.String(), stackMade.Resources["Role"])
			}
			for name, id := range made[0] {
				if made[1][name] == id {
					t.Errorf("%s %v: %s is %s in both stacks", command, parameters, name, id)
				}
			}
			for i := range policies {
				if other := fmt.Sprintf("E%dSITE%c", number, 'B'-i); strings.Contains(policies[i], other) {
					t.Errorf("%s %v: a role may do something to the other's distribution: %s", command, parameters, policies[i])
				}
			}
			if command == "purge" {
				w.checkOther(command, fmt.Sprintf("site%d-a", number), region, fmt.Sprintf("E%dSITEB", number))
			}
		}
	}
	for _, call := range w.Writes() {
		if strings.HasPrefix(call.Operation, "PutBucket") {
			t.Errorf("wrote %s of %s", call.Operation, call.ARN)
		}
	}
}

// regionOf returns the region that a choice of options sets in the environment.
func regionOf(parameters map[string]string) string {
	if region := parameters["AWS_REGION"]; region != "" {
		return region
	}
	return "us-east-1"
}

// regional makes a stack by a command for a site, and returns its parameters.
func (w *world) regional(command, stack, region, distribution string, parameters map[string]string) map[string]string {
	w.t.Helper()
	w.t.Setenv("AWS_REGION", region)
	given := maps.Clone(parameters)
	delete(given, "AWS_REGION")
	args := []string{command, "-stack", stack}
	if arch, ok := given["Architecture"]; ok {
		args = append(args, "-arch", arch)
		delete(given, "Architecture")
	}
	if command == "purge" {
		if err := w.distributions.Add(distribution, strings.ToLower(distribution)+".cloudfront.net", fakecloudfront.Example); err != nil {
			w.t.Fatal(err)
		}
		given["DistributionId"] = distribution
		if _, none := given["BucketName"]; !none {
			given["BucketName"] = map[string]string{"us-east-1": "us-originals", "ap-northeast-1": "tokyo-originals"}[region]
		}
	}
	var words []string
	placeholders := strings.NewReplacer("%s", stack, "%r", region)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		words = append(words, name+"="+placeholders.Replace(given[name]))
	}
	status, stdout, stderr := deploy(w.t, append(args, "-parameters", strings.Join(words, " "))...)
	if status != 0 {
		w.t.Fatalf("%q %q: got %d\n%s%s", args, words, status, stdout, stderr)
	}
	return given
}

// regionalAgain runs the command again with the stack's name alone, and returns what
// changes.
func (w *world) regionalAgain(command, stack, region string) string {
	w.t.Helper()
	before := maps.Clone(w.stacks.Stack(region, stack+"-"+command).Parameters)
	args := []string{command, "-stack", stack, "-arch", before["Architecture"]}
	if status, stdout, stderr := deploy(w.t, args...); status != 0 {
		return stdout + stderr
	}
	if after := w.stacks.Stack(region, stack+"-"+command).Parameters; !maps.Equal(after, before) {
		return fmt.Sprintf("%v, before %v", after, before)
	}
	return ""
}

// checkOther checks that a stack keeps its site when the command names another.
func (w *world) checkOther(command, stack, region, distribution string) {
	w.t.Helper()
	before := maps.Clone(w.stacks.Stack(region, stack+"-"+command).Parameters)
	status, _, stderr := deploy(w.t, command, "-stack", stack, "-parameters", "DistributionId="+distribution)
	if status != 1 || !regexp.MustCompile(`STACK=|-stack`).MatchString(stderr) {
		w.t.Errorf("another distribution for the stack %s: got %d and %s", stack, status, stderr)
	}
	if after := w.stacks.Stack(region, stack+"-"+command).Parameters; !maps.Equal(after, before) {
		w.t.Errorf("the stack %s is for %v, and was for %v", stack, after, before)
	}
}

// linesWith returns the lines of a text that contain a word.
func linesWith(text, word string) string {
	var found []string
	for line := range strings.Lines(text) {
		if strings.Contains(line, word) {
			found = append(found, line)
		}
	}
	return strings.Join(found, "")
}
