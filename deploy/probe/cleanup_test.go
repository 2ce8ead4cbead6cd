package probe

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// secondOrigin adds an origin other to a config whose default behaviour has a web server.
var secondOrigin = []string{"<Origins><Quantity>1</Quantity><Items>", "<Origins><Quantity>2</Quantity><Items><Origin><Id>other</Id>" +
	"<DomainName>originals.s3.us-east-1.amazonaws.com</DomainName><OriginPath></OriginPath><CustomHeaders><Quantity>0</Quantity></CustomHeaders>" +
	"<S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig><OriginAccessControlId>E2QWRUHAPOMQZL</OriginAccessControlId></Origin>",
	"<Origin><Id>originals</Id><DomainName>originals.s3.us-east-1.amazonaws.com", "<Origin><Id>originals</Id><DomainName>www.example.com"}

// stopAt stops AWS from answering from the first call of an operation on.
func (c *cloud) stopAt(operation string) {
	stopped := false
	c.fail(func(call fakeaws.Call) fakeaws.Fault {
		if stopped = stopped || call.Operation == operation; stopped {
			return fakeaws.Fault{Lost: fakeaws.BeforeEffect}
		}
		return fakeaws.Fault{}
	})
}

// TestCleanupFindsOrigin checks that Cleanup removes a crashed run's objects, although the
// run's origin was named and Cleanup's is not.
func TestCleanupFindsOrigin(t *testing.T) {
	c := newCloud(t, secondOrigin...)
	c.stopAt("CreateInvalidation")
	named := Options{Distribution: "E1", Origin: "other"}
	if _, err := c.prober.Run(t.Context(), named); err == nil || !strings.Contains(err.Error(), "probe -cleanup -distribution E1 -origin other`") {
		t.Errorf("got %v, want the command with the origin", err)
	}
	c.fail(nil)
	if len(c.objects()) == 0 {
		t.Fatal("the crash left no objects")
	}
	if err := c.prober.Cleanup(t.Context(), options); err != nil {
		t.Error(err)
	}
	if got := c.objects(); len(got) > 0 {
		t.Errorf("objects are left: %q", got)
	}
}

// TestCleanupWithoutDistribution checks that Cleanup removes what else a run has made after
// the distribution was deleted, or its bucket cannot be found.
func TestCleanupWithoutDistribution(t *testing.T) {
	for name, tt := range map[string]struct {
		run, cleanup Options
		want         string // in the error
	}{
		"no distribution": {options, Options{Distribution: "EGONE"}, ""},
		"no bucket":       {Options{Distribution: "E1", Origin: "other"}, options, "no S3 bucket"},
	} {
		c := newCloud(t, secondOrigin...)
		if name == "no distribution" {
			c = newCloud(t)
		}
		before := c.state()
		if _, err := c.prober.Run(t.Context(), tt.run); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			if err := c.prober.Cleanup(t.Context(), tt.cleanup); (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: got %v, want %q", name, err, tt.want)
			}
			if name == "no distribution" { // lets the change be deployed
				if _, _, err := c.prober.read(t.Context(), options); err != nil {
					t.Fatal(err)
				}
			}
		}
		if after := c.state(); after != before {
			t.Errorf("%s: got\n%s\nwant\n%s", name, after, before)
		}
	}
}

// TestForeignObjects checks that a run removes no object of somebody else's, though it is
// in the same folder.
func TestForeignObjects(t *testing.T) {
	c := newCloud(t)
	keys := []string{Name + "/all/notes.txt", Name + "/readme.txt"}
	for _, key := range keys {
		if _, err := c.prober.storage("us-east-1").PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("originals"), Key: &key, Body: bytes.NewReader([]byte("x"))}); err != nil {
			t.Fatal(err)
		}
	}
	c.run()
	got := c.objects()
	slices.Sort(got)
	if !slices.Equal(got, keys) {
		t.Errorf("got %q, want %q", got, keys)
	}
}

// TestCleanupOfLogs checks that a region in which logs may not be deleted keeps none of the
// others' logs. A region that the account has not enabled has none.
func TestCleanupOfLogs(t *testing.T) {
	c := newCloud(t)
	c.logs.Disabled = []string{"af-south-1"}
	c.run()
	deleted := 0
	c.fail(func(call fakeaws.Call) fakeaws.Fault {
		if call.Operation != "DeleteLogGroup" {
			return fakeaws.Fault{}
		}
		if deleted++; deleted == 1 {
			return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusBadRequest, Code: "AccessDeniedException", Message: "a service control policy"}}
		}
		return fakeaws.Fault{}
	})
	if _, err := c.prober.Run(t.Context(), options); err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("got %v", err)
	}
	if deleted < 5 || c.logs.Groups() > 0 {
		t.Errorf("%d regions were asked, %d log groups are left", deleted, c.logs.Groups())
	}
}

// TestManyPolicies checks that the probe's policies are found behind those of others, which
// fill the first page of a list.
func TestManyPolicies(t *testing.T) {
	c := newCloud(t)
	for _, id := range []string{"-1", "-2"} { // before every ID that is made
		c.cloudFront.AddCachePolicy(id, "<Comment>mine</Comment><MinTTL>0</MinTTL>")
		c.cloudFront.AddOriginRequestPolicy(id, "<Comment>mine</Comment>")
		c.cloudFront.AddResponseHeadersPolicy(id, "<Comment>mine</Comment>")
	}
	before := c.state()
	c.setUp()
	c.checkClean(before)
}

// TestSecondRun checks that a run during another one is refused before anything is made, and
// that the first one goes on.
func TestSecondRun(t *testing.T) {
	c := newCloud(t)
	s := c.setUp()
	writes := len(c.server.Writes())
	if _, err := c.prober.Run(t.Context(), options); err == nil || !strings.Contains(err.Error(), "behaviours of another run") || len(c.server.Writes()) > writes {
		t.Errorf("got %v, %v", err, c.server.Writes()[writes:])
	}
	if verdict, err := s.conclude(t.Context(), queryQuestions[0]); verdict == "" || err != nil {
		t.Errorf("the first run: got %q, %v", verdict, err)
	}
}

// TestRefused checks that distributions whose viewers another configuration may serve, or
// that serve none, are refused before anything is made.
func TestRefused(t *testing.T) {
	for want, change := range map[string][]string{
		"is disabled":             {"</PriceClass><Enabled>true", "</PriceClass><Enabled>false"},
		"staging distribution":    {"<Staging>false", "<Staging>true"},
		"continuous deployment":   {"<ContinuousDeploymentPolicyId>", "<ContinuousDeploymentPolicyId>7b5c9a3e"},
		"no origin \"originals\"": {"<Origin><Id>originals", "<Origin><Id>others"},
	} {
		c := newCloud(t)
		c.server.Lock()
		c.cloudFront.Meddle("E1", func(config string) string { return strings.NewReplacer(change...).Replace(config) })
		c.server.Unlock()
		if _, err := c.prober.Run(t.Context(), options); err == nil || !strings.Contains(err.Error(), want) || len(c.server.Writes()) > 0 {
			t.Errorf("got %v, %v, want %q", err, c.server.Writes(), want)
		}
	}
}
