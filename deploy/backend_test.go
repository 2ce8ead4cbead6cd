package main

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
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
		if rest, ok = strings.CutPrefix(line, "make backend PARAMETERS="); ok {
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

// fakeEC2 adds an EC2 to a cloud whose region has the prefix lists with these ids.
func fakeEC2(c *cloud, ids ...string) {
	c.Service("ec2", fakeaws.RefuseQuery).HandleQuery("2016-11-15", map[string]fakeaws.Operation{
		"DescribeManagedPrefixLists": {Name: "DescribeManagedPrefixLists", Do: func(r *fakeaws.Request) (*fakeaws.Response, error) {
			if r.Region != "ap-southeast-2" || r.PostForm.Get("Filter.1.Name") != "prefix-list-name" || r.PostForm.Get("Filter.1.Value.1") != originFacing {
				return nil, &fakeaws.Error{Status: http.StatusBadRequest, Code: "InvalidParameterValue", Message: r.PostForm.Encode()}
			}
			body := "<DescribeManagedPrefixListsResponse><prefixListSet>"
			for _, id := range ids {
				body += "<item><prefixListId>" + id + "</prefixListId></item>"
			}
			return &fakeaws.Response{Body: []byte(body + "</prefixListSet></DescribeManagedPrefixListsResponse>")}, nil
		}},
	})
}

// The command finds CloudFront's prefix list where neither the user nor the stack names
// one, needs no bucket for code, and refuses mistakes before it makes anything.
func TestBackendCommand(t *testing.T) {
	const certificate = "CertificateArn=arn:aws:acm:ap-southeast-2:111122223333:certificate/0"
	c, stacks := stackedCloud(t)
	if status, _, stderr := deploy(t, "backend", "-parameters", certificate); status != 1 || !strings.Contains(stderr, "give PARAMETERS='PrefixListId=pl-…'") {
		t.Errorf("without EC2: got %d and %s", status, stderr)
	}
	fakeEC2(c)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"-parameters", certificate}, "ap-southeast-2 has 0 prefix lists " + originFacing},
		{[]string{"-parameters", "PrefixListId=pl-1"}, "CertificateArn has no value"},
		{[]string{"-parameters", "PrefixListId=1 " + certificate}, `PrefixListId is "1"`},
		{[]string{"-parameters", "VpcId=vpc-1 PrefixListId=pl-1 " + certificate}, "VpcId needs LoadBalancerSubnets"},
		{[]string{"-parameters", "PrefixListId=pl-1 " + strings.Replace(certificate, "ap-southeast-2", "us-east-1", 1)},
			"CertificateArn is in us-east-1, and the load balancer in ap-southeast-2"},
		{[]string{"-parameters", "MinServers=10 PrefixListId=pl-1 " + certificate}, "MinServers is 10, more than MaxServers, 4"},
		{[]string{"-parameters", "HostedZoneId=Z1 PrefixListId=pl-1 " + certificate}, "HostedZoneId needs OriginName"},
		{[]string{"-parameters", "Certificate=a"}, "is it CertificateArn?"},
		{[]string{"-stack", strings.Repeat("a", 57)}, "at most 56 in all"},
	} {
		if status, _, stderr := deploy(t, append([]string{"backend"}, tt.args...)...); status != 1 || !strings.Contains(stderr, tt.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%q: got %d and %q, want %q", tt.args, status, stderr, tt.want)
		}
	}
	if writes := c.Writes(); len(writes) > 0 {
		t.Errorf("made %v", writes)
	}
	fakeEC2(c, "pl-1")
	if status, _, stderr := deploy(t, "backend", "-stack", "second", "-parameters", certificate); status != 0 {
		t.Errorf("got %d and %s", status, stderr)
	}
	fakeEC2(c, "pl-2") // an update keeps what the stack has
	if status, _, stderr := deploy(t, "backend", "-stack", "second", "-parameters", "MaxServers=6"); status != 0 {
		t.Errorf("got %d and %s", status, stderr)
	}
	if got := stacks.Stack("ap-southeast-2", "second-backend").Parameters; got["PrefixListId"] != "pl-1" || got["MaxServers"] != "6" {
		t.Errorf("the stack has %v", got)
	}
	for _, call := range c.Writes() {
		if strings.Contains(call.Operation, "Bucket") || strings.Contains(call.Operation, "Object") {
			t.Errorf("%s, without a package", call.Operation)
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
	t.Setenv("AWS_REGION", backendRegion)
	t.Setenv("AWS_DEFAULT_REGION", backendRegion)
	// The emulation has none of Amazon's own images.
	aws(t, "--region", backendRegion, "ssm", "put-parameter", "--name", "/site/image", "--type", "String", "--value", "ami-0123456789abcdef0")
	runBackendLines(t, "backend")
	before := acceptedSecrets(t)
	if !slices.Equal(before, []string{secretValue(t, "a", backendRegion), secretValue(t, "b", backendRegion)}) || before[0] == before[1] || len(before[0]) != 64 {
		t.Errorf("the load balancer accepts %q", before)
	}
	if got := secretValue(t, "a", "us-east-1"); got != before[0] {
		t.Errorf("the site's stack reads %q, want %q", got, before[0])
	}
	runBackendLines(t, "backend-rotation")
	after := acceptedSecrets(t)
	if !slices.Equal(after, []string{before[0], secretValue(t, "b", backendRegion)}) || after[1] == before[1] {
		t.Errorf("the load balancer accepts %q, before %q, and b is %q", after, before, secretValue(t, "b", backendRegion))
	}
	group := at(aws(t, "--region", backendRegion, "autoscaling", "describe-auto-scaling-groups"), "AutoScalingGroups", 0)
	if at(group, "HealthCheckType") != "ELB" || at(group, "MinSize") != 2.0 {
		t.Errorf("the servers are %v", group)
	}
	if script := serverScript(t); !strings.Contains(script, "define('DB_HOST', 'db.example.com')") || strings.Contains(script, "${") {
		t.Errorf("the servers run\n%s", script)
	}
}

// runBackendLines runs README's lines under a marker, up to those that make a site. The
// servers are of an image and of a database's secret that the emulation has.
func runBackendLines(t *testing.T, marker string) {
	t.Helper()
	script := "set -e\n"
	for _, line := range readme.Lines(t, marker) {
		if !strings.HasPrefix(line, "make site ") {
			script += strings.Replace(line, "PARAMETERS='", "PARAMETERS='ImageParameter=/site/image WordPressDatabase=db.example.com WordPressSecret="+databaseSecret+" ", 1) + "\n"
		}
	}
	out, err := output(t, "sh", "-c", script)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"SiteDomainName\t", "SiteSecret\tedgeresize-backend-a\n", "OtherSecret\tedgeresize-backend-b\n", "Fleet\t"} {
		if !strings.Contains(out, want) {
			t.Errorf("%s prints %q, without %q", marker, out, want)
		}
	}
}

// databaseSecret is the ARN of the secret of WordPress's database.
const databaseSecret = "arn:aws:secretsmanager:" + backendRegion + ":111122223333:secret:database-AbCdEf"

// serverScript returns the script of the servers in the newest version of their launch
// template.
func serverScript(t *testing.T) string {
	t.Helper()
	template := at(aws(t, "--region", backendRegion, "ec2", "describe-launch-templates"), "LaunchTemplates", 0, "LaunchTemplateId").(string)
	versions := aws(t, "--region", backendRegion, "ec2", "describe-launch-template-versions", "--launch-template-id", template, "--versions", "$Latest")
	encoded, _ := at(versions, "LaunchTemplateVersions", 0, "LaunchTemplateData", "UserData").(string)
	script, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
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
