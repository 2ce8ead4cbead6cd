package main

import (
	"os"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudformation"
)

// stackedCloud returns a cloud that has CloudFormation, too.
func stackedCloud(t *testing.T) (*cloud, *fakecloudformation.CloudFormation) {
	t.Helper()
	c := newCloud(t)
	stacks := fakecloudformation.New(c.Server)
	stacks.Code = c.buckets.Object
	stacks.Pace = 100
	stacks.Outputs = func(s *fakecloudformation.Stack) map[string]string {
		return map[string]string{"FunctionArn": "arn:" + s.Region + ":" + s.Name}
	}
	return c, stacks
}

func TestStackCommands(t *testing.T) {
	c, stacks := stackedCloud(t)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"site", "-parameters", "DomianName=a.example.com"}, "there is no parameter DomianName: is it DomainName?"},
		{[]string{"site", "-parameters", "MaxWidth=3000"}, `MaxWidth is "3000", but "4096" follows from the config `},
		{[]string{"site", "-parameters", "MaxWidth=4096", "-config", "template/stages/live.json"}, `MaxWidth is "4096", but "2560" follows from the config template/stages/live.json`},
		{[]string{"site", "-parameters", "Sizes"}, `the parameter "Sizes": want Name=Value`},
		{[]string{"site", "-stack", "a_b"}, `STACK is "a_b": want a letter`},
		{[]string{"site", "-config", "/none.json"}, "/none.json"},
		{[]string{"purge"}, "DistributionId has no value"},
		{[]string{"purge", "-arch", "amd64", "-parameters", "DistributionId=E1"}, `Architecture is "amd64": want one of arm64, x86_64`},
		{[]string{"purge", "-parameters", "DistributionId=E1"}, `DistributionId is "E1": there is no such distribution in this account: `},
		{[]string{"purge", "-parameters", "DistributionId=E1 AlarmTopicArn=arn:aws:sns:us-east-1:111122223333:ops"}, "AlarmTopicArn is in us-east-1, and the alarms are in ap-southeast-2: "},
		{[]string{"invoker", "-parameters", "Mode=invoke Purge=a"}, `Purge is "a"`},
	} {
		if status, _, stderr := deploy(t, tt.args...); status != 1 || !strings.Contains(stderr, tt.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%q: got %d and %q, want %q", tt.args, status, stderr, tt.want)
		}
	}
	if writes := c.Writes(); len(writes) > 0 {
		t.Errorf("made %v", writes)
	}
	c.addDistribution(t)
	status, stdout, stderr := deploy(t, "purge", "-stack", "second", "-parameters", "DistributionId="+distribution, "-arch", "x86_64")
	if want := "FunctionArn\tarn:ap-southeast-2:second-purge\n"; status != 0 || stdout != want {
		t.Errorf("got %d, %q and %s, want %q", status, stdout, stderr, want)
	}
	if got := stacks.Stack("ap-southeast-2", "second-purge").Parameters["Architecture"]; got != "x86_64" {
		t.Errorf("the function is for %q", got)
	}
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_PROFILE", "")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIA")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	if status, _, stderr := deploy(t, "invoker"); status != 1 || !strings.Contains(stderr, "no region: give the bucket's, such as AWS_REGION=") {
		t.Errorf("got %d and %q", status, stderr)
	}
}

// What users give to make reaches the command unchanged, whatever it contains, and what
// they do not give is absent.
func TestMakeGivesWhatUsersGive(t *testing.T) {
	newCloud(t) // so that no account of a user's is reached
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"site", `PARAMETERS=Sizes=a'b"c;d`}, `Sizes is "a'b\"c;d": it must be`},
		{[]string{"site", "PARAMETERS=Sizes=* Sises=1"}, "there is no parameter Sises: is it Sizes?; Sizes is \"*\""},
		{[]string{"site", "STACK=a b"}, `STACK is "a b": want`},
		{[]string{"site", "CONFIG=no such"}, "no such"},
		{[]string{"purge", "ARCH=amd64", "PARAMETERS=DistributionId=E1"}, `Architecture is "amd64"`},
		{[]string{"backend", "STACK=a b", "PARAMETERS=PrefixListId=pl-1"}, `STACK is "a b": want`},
		{[]string{"backend", "PARAMETERS=Image=a"}, "is it ImageParameter?"},
		{[]string{"invoker", "STACK=" + strings.Repeat("a", 57)}, "at most 56 in all"},
	} {
		if _, err := output(t, "make", append([]string{"-C", ".."}, tt.args...)...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("make %q: %v, want %q", tt.args, err, tt.want)
		}
	}
}
