package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// The lines about the backend name parameters that the templates have.
func TestReadmeBackend(t *testing.T) {
	backend, err := cfn.Read("template/backend.yaml")
	if err != nil {
		t.Fatal(err)
	}
	site, err := cfn.Read("template/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	given := regexp.MustCompile(`\b([A-Z][A-Za-z]+)=([^ \']+)`)
	lines := slices.Concat(readme.Lines(t, "backend"), readme.Lines(t, "backend-refresh"), readme.Lines(t, "backend-rotation"))
	for _, line := range lines {
		of, rest, ok := site, "", false
		if _, rest, ok = strings.Cut(line, "--parameter-overrides "); ok {
			of = backend
		} else if rest, ok = strings.CutPrefix(line, "make site PARAMETERS="); !ok {
			continue
		}
		found := given.FindAllStringSubmatch(rest, -1)
		if len(found) == 0 {
			t.Errorf("no parameters in %s", line)
		}
		for _, m := range found {
			p, ok := of.Parameters[m[1]]
			if why := p.Refusal(m[2]); !ok || why != "" && !strings.HasPrefix(m[2], "$") {
				t.Errorf("%s: %s is %q: %s", line, m[1], m[2], why)
			}
		}
	}
}

// backendRegion is the region of the emulated backend. It is not us-east-1, because
// ministack knows no AWS::Region in conditions.
const backendRegion = "eu-west-1"

// The backend's lines make a stack whose load balancer accepts two secrets, and a rotation
// replaces the one that CloudFront does not send.
func TestTemplateBackendUnderEmulation(t *testing.T) {
	newMinistack(t)
	t.Chdir("..")
	// The emulation has none of Amazon's own images.
	aws(t, "--region", backendRegion, "ssm", "put-parameter", "--name", "/site/image", "--type", "String", "--value", "ami-0123456789abcdef0")
	deployed := func(marker string) {
		t.Helper()
		script := "set -e\nexport AWS_DEFAULT_REGION=" + backendRegion + "\n"
		for _, line := range readme.Lines(t, marker) {
			if strings.HasPrefix(line, "aws cloudformation deploy") || strings.HasPrefix(line, "VERSION=") {
				script += strings.Replace(line, "PrefixListId=$LIST", "PrefixListId=pl-3b927c52 ImageParameter=/site/image", 1) + "\n"
			}
		}
		if _, err := output(t, "sh", "-c", script); err != nil {
			t.Fatal(err)
		}
	}
	deployed("backend")
	before := acceptedSecrets(t)
	if !slices.Equal(before, []string{secretValue(t, "a", backendRegion), secretValue(t, "b", backendRegion)}) || before[0] == before[1] || len(before[0]) != 64 {
		t.Errorf("the load balancer accepts %q", before)
	}
	if got := secretValue(t, "a", "us-east-1"); got != before[0] {
		t.Errorf("the site's stack reads %q, want %q", got, before[0])
	}
	deployed("backend-rotation")
	after := acceptedSecrets(t)
	if !slices.Equal(after, []string{before[0], secretValue(t, "b", backendRegion)}) || after[1] == before[1] {
		t.Errorf("the load balancer accepts %q, before %q, and b is %q", after, before, secretValue(t, "b", backendRegion))
	}
	if groups := at(aws(t, "--region", backendRegion, "autoscaling", "describe-auto-scaling-groups"), "AutoScalingGroups", 0); at(groups, "HealthCheckType") != "ELB" || at(groups, "MinSize") != 2.0 {
		t.Errorf("the servers are %v", groups)
	}
}

// acceptedSecrets returns the values of X-Origin-Verify that the load balancer forwards.
// It reports an error where it forwards others too.
func acceptedSecrets(t *testing.T) (values []string) {
	t.Helper()
	balancer := at(aws(t, "--region", backendRegion, "elbv2", "describe-load-balancers"), "LoadBalancers", 0, "LoadBalancerArn").(string)
	listener := at(aws(t, "--region", backendRegion, "elbv2", "describe-listeners", "--load-balancer-arn", balancer), "Listeners", 0, "ListenerArn").(string)
	for _, rule := range at(aws(t, "--region", backendRegion, "elbv2", "describe-rules", "--listener-arn", listener), "Rules").([]any) {
		kind := at(rule, "Actions", 0, "Type")
		if at(rule, "IsDefault") == true {
			if kind != "fixed-response" {
				t.Errorf("without a secret there is a %v", kind)
			}
			continue
		}
		if kind != "forward" || at(rule, "Conditions", 0, "HttpHeaderConfig", "HttpHeaderName") != "X-Origin-Verify" {
			t.Errorf("there is a rule %v", rule)
		}
		found, _ := at(rule, "Conditions", 0, "HttpHeaderConfig", "Values").([]any)
		for _, value := range found {
			values = append(values, value.(string))
		}
	}
	return values
}

// secretValue returns the value of one of the backend's secrets in a region.
func secretValue(t *testing.T, letter, region string) string {
	t.Helper()
	return at(aws(t, "--region", region, "secretsmanager", "get-secret-value", "--secret-id", "edgeresize-backend-"+letter), "SecretString").(string)
}
