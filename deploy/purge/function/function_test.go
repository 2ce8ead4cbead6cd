package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	awscloudfront "github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/purge"
	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/edge/cachetag"
)

const distribution = "E1ABCDEFGHIJKL"

// newWorld returns a fake AWS, its CloudFront and a function whose environment names
// them.
func newWorld(t *testing.T) (*fakeaws.Server, *fakecloudfront.CloudFront, *function) {
	t.Helper()
	server := fakeaws.New()
	cloudfront := fakecloudfront.New(server, fakelambda.New(server))
	if err := cloudfront.Add(distribution, "d1.cloudfront.net", fakecloudfront.Example); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(server)
	t.Cleanup(s.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": s.URL, "AWS_REGION": "eu-west-1", "AWS_MAX_ATTEMPTS": "1", "AWS_PROFILE": "",
		"AWS_ACCESS_KEY_ID": server.Credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY": server.Credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN": "", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
		"DISTRIBUTION_ID": distribution, "SUFFIXES": ".jpg,.png",
	} {
		t.Setenv(name, value)
	}
	f, err := newFunction(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.purger.Client.Rest = func(context.Context, time.Duration) error { return nil }
	return server, cloudfront, f
}

// answer returns the function's answer as JSON.
func answer(t *testing.T, f *function, payload string) (string, error) {
	t.Helper()
	out, err := f.handle(t.Context(), json.RawMessage(payload))
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(data), nil
}

func recorded(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("../../../testdata/events/purge/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestEvents(t *testing.T) {
	const message = "00000000-0000-4000-8000-00000000000"
	for _, tt := range []struct{ name, want, err string }{
		{"s3-put", "null", ""},
		{"eventbridge-created", "null", ""},
		{"s3-test-event", "null", ""},
		{"s3-bad-escape", "", "invalid URL escape"},
		{"sqs-s3", `{"batchItemFailures":[]}`, ""},
		{"sqs-partly-bad", fmt.Sprintf(`{"batchItemFailures":[{"itemIdentifier":"%[1]s2"},{"itemIdentifier":"%[1]s4"},{"itemIdentifier":"%[1]s5"}]}`, message), ""},
		{"none-sns", "", "not an S3 notification"},
	} {
		_, _, f := newWorld(t)
		got, err := answer(t, f, recorded(t, tt.name))
		if got != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s: got %s, %v", tt.name, got, err)
		}
	}
}

// TestTags wants tags invalidated where the distribution has cache tags, without a
// setting.
func TestTags(t *testing.T) {
	server, cloudfront, f := newWorld(t)
	server.Lock()
	cloudfront.Meddle(distribution, func(config string) string { return string(fakecloudfront.WithTags([]byte(config), "X-Tag")) })
	server.Unlock()
	if got, err := answer(t, f, recorded(t, "sqs-s3")); err != nil || got != `{"batchItemFailures":[]}` {
		t.Errorf("got %s, %v", got, err)
	}
	want := []string{cachetag.Item(cachetag.Of("originals", "photos/cat.jpg")), cachetag.Item(cachetag.Of("originals", "photos/dog 1.jpg"))}
	if made := cloudfront.Invalidations(distribution); len(made) != 1 || !slices.Equal(made[0].Paths, want) {
		t.Errorf("got %+v", made)
	}
}

func TestRequests(t *testing.T) {
	server, cloudfront, f := newWorld(t)
	cloudfront.InvalidationPolls = 1
	got, err := answer(t, f, `{"action": "invalidate", "reference": "a", "paths": ["/img/*"]}`)
	made := cloudfront.Invalidations(distribution)
	if err != nil || len(made) != 1 || got != `{"id":"`+made[0].ID+`","completed":false}` {
		t.Fatalf("got %s, %v and %+v", got, err, made)
	}
	for _, want := range []bool{false, true} {
		got, err := answer(t, f, `{"action": "status", "id": "`+made[0].ID+`"}`)
		if err != nil || got != fmt.Sprintf(`{"id":"%s","completed":%v}`, made[0].ID, want) {
			t.Errorf("got %s, %v", got, err)
		}
	}
	before := len(server.Calls())
	for payload, want := range map[string]string{
		`{"action": "check-ledger"}`: "LEDGER_ADDRESS is not set",
		`{"action": "purge"}`:        `no action "purge"`,
		`{}`:                         "neither Records nor source",
	} {
		if _, err := answer(t, f, payload); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", payload, err)
		}
	}
	if n := len(server.Calls()) - before; n > 0 {
		t.Errorf("%d calls", n)
	}
	if _, err := answer(t, f, `{"action": "status", "id": "I1"}`); err == nil || !strings.Contains(err.Error(), "NoSuchInvalidation") {
		t.Errorf("got %v", err)
	}
	if _, err := answer(t, f, `{"action": "invalidate", "reference": "b", "paths": ["img"]}`); err == nil || !strings.Contains(err.Error(), "InvalidArgument") {
		t.Errorf("got %v", err)
	}
}

func TestSettings(t *testing.T) {
	for _, tt := range []struct{ name, value, want string }{
		{"MODE", "each", ""},
		{"MODE", "tag", ""},
		{"MODE", "some", `MODE is "some"`},
		{"DISTRIBUTION_ID", "", "DISTRIBUTION_ID is not set"},
		{"KEY_PREFIX", "media/photos", ""},
		{"KEY_PREFIX", "media/", `KEY_PREFIX is "media/"`},
		{"KEY_PREFIX", "/media", `KEY_PREFIX is "/media"`},
		{"URL_PREFIX", "/img", ""},
		{"URL_PREFIX", "img", `URL_PREFIX is "img"`},
		{"URL_PREFIX", "/", `URL_PREFIX is "/"`},
		{"URL_PREFIX", "/a/../b", `URL_PREFIX is "/a/../b"`},
		{"LEDGER_USER", "", "LEDGER_ADDRESS needs"},
		{"LEDGER_CACHE", "", "LEDGER_ADDRESS needs"},
		{"MONTHLY_PATHS", "many", `MONTHLY_PATHS is "many"`},
		{"MONTHLY_PATHS", "-1", `MONTHLY_PATHS is "-1"`},
		{"MONTHLY_PATHS", "0", `MONTHLY_PATHS is 0`},
		{"WINDOW_SECONDS", "1.5", `WINDOW_SECONDS is "1.5"`},
	} {
		given := map[string]string{"DISTRIBUTION_ID": "E1", "LEDGER_ADDRESS": "ledger:6379", "LEDGER_CACHE": "ledger", "LEDGER_USER": "purge", tt.name: tt.value}
		_, err := readSettings(func(name string) string { return given[name] })
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s=%s: got %v", tt.name, tt.value, err)
		}
	}
	s, err := readSettings(func(name string) string {
		return map[string]string{"DISTRIBUTION_ID": "E1", "SUFFIXES": ".jpg, .png", "WINDOW_SECONDS": "0", "MONTHLY_PATHS": "5000", "URL_PREFIX": "/é"}[name]
	})
	if err != nil || s.mode != purge.Tag || len(s.mapping.Suffixes) != 2 || s.mapping.URLPrefix != "/%C3%A9" || s.budget != 5000 || s.window != 0 || s.ledger.MonthlyPaths != 5000 || s.ledger.Distribution != "E1" {
		t.Errorf("got %+v, %v", s, err)
	}
	if s, err = readSettings(func(name string) string { return map[string]string{"DISTRIBUTION_ID": "E1"}[name] }); err != nil || s.window != time.Minute || s.ledger.MonthlyPaths != 1000 {
		t.Errorf("got %+v, %v", s, err)
	}
}

// hanging is a CloudFront that answers the first call and no other.
type hanging struct {
	invalidate.API
	calls int
}

// CreateInvalidation implements invalidate.API.
func (h *hanging) CreateInvalidation(ctx context.Context, in *awscloudfront.CreateInvalidationInput, _ ...func(*awscloudfront.Options)) (*awscloudfront.CreateInvalidationOutput, error) {
	if h.calls++; h.calls > 1 {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	now := time.Now()
	return &awscloudfront.CreateInvalidationOutput{Invalidation: &types.Invalidation{Id: aws.String("I1"), CreateTime: &now}}, nil
}

// TestAnswersInTime wants the function to report what is done before Lambda kills it,
// when CloudFront hangs.
func TestAnswersInTime(t *testing.T) {
	event := recorded(t, "sqs-partly-bad")
	synctest.Test(t, func(t *testing.T) {
		f := &function{purger: &purge.Purger{
			Client: &invalidate.Client{API: &hanging{}, Distribution: distribution},
			Mode:   purge.Adaptive, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		out, err := f.handle(ctx, json.RawMessage(event))
		if err != nil || ctx.Err() != nil {
			t.Fatalf("got %v, %v", err, ctx.Err())
		}
		// Three cannot be read; of the others the first was invalidated.
		var again []string
		for _, failure := range out.(events.SQSEventResponse).BatchItemFailures {
			again = append(again, failure.ItemIdentifier[len(failure.ItemIdentifier)-1:])
		}
		if got := strings.Join(again, ""); got != "2345" {
			t.Errorf("brought again are %s", got)
		}
	})
}
