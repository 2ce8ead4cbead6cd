package stack

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudformation"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakes3"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakests"
	"github.com/edgeresize/edgeresize/edge"
)

// account is a fake AWS with CloudFormation, S3 and STS, empty at first.
type account struct {
	*fakeaws.Server
	stacks   *fakecloudformation.CloudFormation
	buckets  *fakes3.S3
	config   aws.Config
	progress bytes.Buffer
}

// newAccount returns an empty account, which is closed when the test ends.
func newAccount(t *testing.T) *account {
	t.Helper()
	a := &account{Server: fakeaws.New()}
	a.stacks, a.buckets = fakecloudformation.New(a.Server), fakes3.New(a.Server)
	a.stacks.Code = a.buckets.Object
	a.stacks.Pace, a.stacks.PageSize = 5, 20
	a.stacks.Outputs = func(s *fakecloudformation.Stack) map[string]string {
		return map[string]string{"Url": "https://" + s.Name, "DistributionId": "E1" + strings.ToUpper(s.Name)}
	}
	fakests.New(a.Server)
	server := httptest.NewServer(a.Server)
	t.Cleanup(server.Close)
	a.config = aws.Config{
		BaseEndpoint: &server.URL, HTTPClient: fakeaws.NewClient(),
		Credentials: credentials.StaticCredentialsProvider{Value: a.Credentials},
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		},
	}
	return a
}

// read has the templates that were read, by file.
var read = map[string]*Template{}

// template returns the template of a kind.
func template(t *testing.T, kind Kind) *Template {
	t.Helper()
	if read[kind.File] == nil {
		found, err := ReadTemplate(filepath.Join("..", "..", "..", filepath.FromSlash(kind.File)))
		if err != nil {
			t.Fatal(err)
		}
		read[kind.File] = found
	}
	return read[kind.File]
}

// order returns the order that a command would deploy.
func order(t *testing.T, kind Kind, site, parameters string) Order {
	t.Helper()
	given, err := ParseParameters(parameters)
	if err != nil {
		t.Fatal(err)
	}
	o := Order{Kind: kind, Template: template(t, kind), Site: site, Parameters: given,
		Package: func(context.Context) ([]byte, error) { return []byte("package of " + kind.Name), nil }}
	if kind.Name == Site.Name {
		cfg := edge.DefaultConfig()
		o.Own, o.Source = ConfigParameters(cfg), "the config edge/config.json"
		o.Agree = func(values map[string]string) []string { return Agree(cfg, values) }
	} else {
		o.Own, o.Source = map[string]string{"Architecture": "arm64"}, "ARCH"
	}
	if kind.Name == Invoker.Name {
		o.Agree = AgreeInvoker
	}
	return o
}

// deploy carries out an order in a region and keeps what is reported in progress.
func (a *account) deploy(t *testing.T, region string, o Order) ([]Output, error) {
	t.Helper()
	d := New(a.config, region)
	a.progress.Reset()
	d.Progress = &a.progress
	d.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return d.Deploy(t.Context(), o)
}

// mustDeploy carries out an order and fails the test on an error.
func (a *account) mustDeploy(t *testing.T, region string, o Order) []Output {
	t.Helper()
	outputs, err := a.deploy(t, region, o)
	if err != nil {
		t.Fatalf("%s of %s in %s: %v\n%s", o.Kind.Name, o.Site, region, err, &a.progress)
	}
	return outputs
}

const (
	virginia = "us-east-1"
	tokyo    = "ap-northeast-1"
)

// purging returns the parameters of a purge function for a distribution and a bucket.
func purging(distribution, bucket string) string {
	return "DistributionId=" + distribution + " BucketName=" + bucket
}

// TestDeploy makes a site, repeats the order, and updates the site.
func TestDeploy(t *testing.T) {
	a := newAccount(t)
	site := order(t, Site, "edgeresize", "Sizes=500x300")
	outputs := a.mustDeploy(t, virginia, site)
	if want := []Output{{"Url", "https://edgeresize"}, {"DistributionId", "E1EDGERESIZE"}}; !slices.Equal(outputs, want) {
		t.Errorf("got %v", outputs)
	}
	for _, want := range []string{
		"bucket edgeresize-123456789012-us-east-1: creating it in us-east-1, private, for packages\n",
		"stack edgeresize: creating it in us-east-1", "\n  Distribution           AWS::CloudFront::Distribution            CREATE_COMPLETE\n",
		"stack edgeresize: CREATE_COMPLETE\n",
	} {
		if !strings.Contains(a.progress.String(), want) {
			t.Errorf("no %q in %s", want, &a.progress)
		}
	}
	before := len(a.Writes())
	if again := a.mustDeploy(t, virginia, site); !slices.Equal(again, outputs) || !strings.Contains(a.progress.String(), "nothing to change") {
		t.Errorf("the same again: %v\n%s", again, &a.progress)
	}
	if writes := a.Writes()[before:]; len(writes) != 2 || writes[1].Operation != "DeleteChangeSet" {
		t.Errorf("the same again makes %v", writes)
	}
	// A parameter that is not given keeps its value; another package has another key.
	site.Parameters = map[string]string{"MemorySize": "1024"}
	site.Package = func(context.Context) ([]byte, error) { return []byte("another"), nil }
	a.mustDeploy(t, virginia, site)
	if got := a.stacks.Stack(virginia, "edgeresize").Parameters; got["MemorySize"] != "1024" || got["Sizes"] != "500x300" || got["MaxWidth"] != "4096" {
		t.Errorf("the stack has %v", got)
	}
	// openssl dgst -sha256 -binary | openssl base64
	if got, want := a.stacks.Stack(virginia, "edgeresize").Parameters["CodeSha256"], "rkSKyGxOjk3sZFcpcI70GHOuecbf+E7/czYJiUh/COU="; got != want {
		t.Errorf("the version is pinned to %s, want %s", got, want)
	}
	if !strings.Contains(a.progress.String(), "stack edgeresize: updating it in us-east-1\n") {
		t.Errorf("told %s", &a.progress)
	}
}

// TestSitesDoNotTouchEachOther makes sites, their purges and invokers, in two regions,
// and for buckets that some share. Each new stack must leave the earlier ones
// unchanged.
func TestSitesDoNotTouchEachOther(t *testing.T) {
	a := newAccount(t)
	a.buckets.Bucket("originals-us", virginia, "")
	a.buckets.Bucket("originals-jp", tokyo, "")
	type made struct{ region, name, parameters string }
	var all []made
	snapshot := func(region, name string) string {
		s := a.stacks.Stack(region, name)
		if s == nil {
			t.Fatalf("no stack %s in %s", name, region)
		}
		text := s.ID + " " + s.Status
		for _, key := range slices.Sorted(maps.Keys(s.Parameters)) {
			text += " " + key + "=" + s.Parameters[key]
		}
		return text
	}
	put := func(kind Kind, site, region, parameters string) {
		t.Helper()
		a.mustDeploy(t, region, order(t, kind, site, parameters))
		for _, m := range all {
			if got := snapshot(m.region, m.name); got != m.parameters {
				t.Errorf("%s of %s in %s changes the stack %s in %s from\n%s to\n%s", kind.Name, site, region, m.name, m.region, m.parameters, got)
			}
		}
		name := site + kind.suffix
		all = append(all, made{region, name, snapshot(region, name)})
	}
	buckets := map[string]string{virginia: "originals-us", tokyo: "originals-jp"}
	for i, site := range []string{"a", "b", "a-b", "A"} {
		put(Site, site, virginia, []string{"", "BucketName=originals-jp", "BucketName=originals-us", ""}[i])
		for _, region := range []string{virginia, tokyo} {
			distribution := "E1" + strings.ToUpper(strings.ReplaceAll(site, "-", "X")) + region[:1]
			distribution = strings.ToUpper(distribution)
			put(Purge, site, region, purging(distribution, buckets[region]))
			put(Invoker, site, region, "Mode=invoke Purge=arn:aws:lambda:"+region+":222222222222:function:"+site+"-purge")
			put(Purge, site+"-pipeline", region, "DistributionId="+distribution)
		}
	}
	if len(all) != 4*7 {
		t.Errorf("%d stacks", len(all))
	}
	for _, region := range []string{virginia, tokyo} {
		if got := a.buckets.Names(region); !slices.Contains(got, "edgeresize-123456789012-"+region) || len(got) != 2 {
			t.Errorf("%s has the buckets %q", region, got)
		}
	}
	// BucketRegion follows from the bucket.
	if got := a.stacks.Stack(virginia, "b").Parameters["BucketRegion"]; got != tokyo {
		t.Errorf("BucketRegion is %q", got)
	}
}

// TestStacksAreNotReplaced checks that an order that would replace another site is
// refused before anything is made, unless Replace is set.
func TestStacksAreNotReplaced(t *testing.T) {
	a := newAccount(t)
	a.buckets.Bucket("originals", virginia, "")
	a.buckets.Bucket("others", virginia, "")
	certificate := " CertificateArn=arn:aws:acm:us-east-1:123456789012:certificate/0"
	a.mustDeploy(t, virginia, order(t, Site, "edgeresize", "BucketName=originals DomainName=a.example.com"+certificate))
	a.mustDeploy(t, virginia, order(t, Site, "made", ""))
	a.mustDeploy(t, virginia, order(t, Purge, "edgeresize", purging("E1FIRST", "originals")))
	a.mustDeploy(t, virginia, order(t, Invoker, "edgeresize", "Mode=invoke Purge=arn:aws:lambda:eu-west-1:222222222222:function:a"))
	for _, tt := range []struct {
		kind             Kind
		site, parameters string
		want             string
	}{
		{Site, "edgeresize", "BucketName=others", "is for BucketName originals: for BucketName others name another stack with STACK=NAME, or let this one switch with REPLACE=yes"},
		{Site, "made", "BucketName=originals", "is for an empty BucketName: for BucketName originals"},
		{Site, "edgeresize", "DomainName=b.example.com", "is for DomainName a.example.com"},
		{Purge, "edgeresize", "DistributionId=E1SECOND", "the stack edgeresize-purge is for DistributionId E1FIRST: for DistributionId E1SECOND"},
		{Invoker, "edgeresize", "Purge=arn:aws:lambda:eu-west-1:222222222222:function:b", "is for Purge arn"},
		{Site, "edgeresize-purge", "", "the stack edgeresize-purge in us-east-1 was not made from deploy/template/template.yaml: choose another name with STACK=NAME"},
		{Site, "edgeresize-invoker", "", "was not made from"},
	} {
		o := order(t, tt.kind, tt.site, tt.parameters)
		before := len(a.Writes())
		if _, err := a.deploy(t, virginia, o); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s of %s, %s: %v, want %q", tt.kind.Name, tt.site, tt.parameters, err, tt.want)
		}
		if got := a.Writes()[before:]; len(got) > 0 {
			t.Errorf("%s of %s, %s: made %v", tt.kind.Name, tt.site, tt.parameters, got)
		}
		if o.Replace = true; strings.Contains(tt.want, "REPLACE") {
			a.mustDeploy(t, virginia, o)
		}
	}
	// A site that gets its first domain is still the same site.
	a.mustDeploy(t, virginia, order(t, Site, "made", "DomainName=c.example.com"+certificate))
}

// TestInterrupted stops the command at each of its calls, before or after the call has
// effect, and checks that the same command then continues.
func TestInterrupted(t *testing.T) {
	for _, kind := range []Kind{Site, Purge} {
		parameters := map[string]string{"site": "BucketName=originals", "purge": purging("E1FIRST", "originals")}[kind.Name]
		for n, dead := 0, true; dead; n++ {
			a := newAccount(t)
			a.buckets.Bucket("originals", virginia, "")
			dead = false
			over := false
			a.Fault = func(call fakeaws.Call) (fault fakeaws.Fault) {
				switch {
				case over || call.N < n:
				case call.N == n && n%2 == 1:
					dead, fault.Lost = true, fakeaws.AfterEffect
				default:
					dead, fault.Error = true, &fakeaws.Error{Status: 403, Code: "AccessDenied", Message: "no more"}
				}
				return fault
			}
			o := order(t, kind, "edgeresize", parameters)
			_, err := a.deploy(t, virginia, o)
			mayFail := dead && a.Calls()[n].Operation == "GetBucketNotificationConfiguration" // it only warns
			if (err == nil) == dead && !mayFail {
				t.Fatalf("%s, stopped at call %d: %t, %v", kind.Name, n, dead, err)
			}
			over = true
			a.mustDeploy(t, virginia, o)
			if got := a.stacks.Stack(virginia, "edgeresize"+kind.suffix).Status; got != "CREATE_COMPLETE" {
				t.Errorf("%s: stopped at call %d the stack becomes %s", kind.Name, n, got)
			}
			if !dead && n < 10 {
				t.Errorf("%s: only %d calls", kind.Name, n)
			}
		}
	}
	a := newAccount(t)
	d := New(a.config, virginia)
	stopped := errors.New("stopped")
	d.Wait = func(context.Context, time.Duration) error { return stopped }
	if _, err := d.Deploy(t.Context(), order(t, Site, "edgeresize", "")); !errors.Is(err, stopped) {
		t.Errorf("got %v", err)
	}
}
