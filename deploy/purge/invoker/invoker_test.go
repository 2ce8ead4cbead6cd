package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awscloudfront "github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecodepipeline"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakests"
	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/deploy/purge/request"
)

const (
	distribution = "E1ABCDEFGHIJKL"
	function     = "arn:aws:lambda:eu-west-1:123456789012:function:edgeresize-purge"
	role         = "arn:aws:iam::210987654321:role/edgeresize-purge"
)

// accounts are two accounts: A has the pipeline, B the distribution.
type accounts struct {
	a, b       *fakeaws.Server
	pipeline   *fakecodepipeline.Pipeline
	cloudfront *fakecloudfront.CloudFront
	// keys are the credentials that B's role gives A.
	keys aws.Credentials
}

// newAccounts returns the accounts and points AWS's clients at them, with A's
// credentials.
func newAccounts(t *testing.T) *accounts {
	t.Helper()
	w := &accounts{a: fakeaws.New(), b: fakeaws.New()}
	w.keys = aws.Credentials{AccessKeyID: "ASIAOFB", SecretAccessKey: "b", SessionToken: "session"}
	w.b.Credentials = w.keys
	w.pipeline = fakecodepipeline.New(w.a)
	fakests.New(w.a).Roles = map[string]aws.Credentials{role: w.keys}
	w.cloudfront = fakecloudfront.New(w.b, fakelambda.New(w.b))
	w.cloudfront.InvalidationPolls = 2
	if err := w.cloudfront.Add(distribution, "d1.cloudfront.net", fakecloudfront.Example); err != nil {
		t.Fatal(err)
	}
	a, b := httptest.NewServer(w.a), httptest.NewServer(w.b)
	t.Cleanup(a.Close)
	t.Cleanup(b.Close)
	fakelambda.New(w.a).Runs = map[string]fakelambda.Run{function: w.purgeFunction(b.URL)}
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": a.URL, "AWS_ENDPOINT_URL_CLOUDFRONT": b.URL, "AWS_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1",
		"AWS_ACCESS_KEY_ID": w.a.Credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY": w.a.Credentials.SecretAccessKey, "AWS_SESSION_TOKEN": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
	return w
}

// purgeFunction returns a stand-in for deploy/purge/function in B.
func (w *accounts) purgeFunction(url string) fakelambda.Run {
	client := &invalidate.Client{Distribution: distribution, Rest: noRest, API: awscloudfront.New(awscloudfront.Options{
		Region: "us-east-1", BaseEndpoint: &url, RetryMaxAttempts: 1, HTTPClient: fakeaws.NewClient(), Credentials: credentials.StaticCredentialsProvider{Value: w.keys},
	})}
	return func(payload []byte) ([]byte, error) {
		var asked request.Request
		if err := json.Unmarshal(payload, &asked); err != nil {
			return nil, err
		}
		answer, err := request.Result{ID: asked.ID}, error(nil)
		if asked.Action == request.Status {
			answer.Completed, err = client.Completed(context.Background(), asked.ID)
		} else {
			var made []invalidate.Invalidation
			made, err = client.PersistAll(context.Background(), asked.Reference, asked.Paths)
			answer.ID = invalidate.IDs(made)
		}
		if err != nil {
			return nil, err
		}
		return json.Marshal(answer)
	}
}

// noRest lets requests follow each other at once; the fake does not check their pace.
func noRest(context.Context, time.Duration) error { return nil }

// job returns a recorded event with the ID and token of the pipeline's current job.
func (w *accounts) job(t *testing.T, name string) events.CodePipelineJobEvent {
	t.Helper()
	data, err := os.ReadFile("../../../testdata/events/purge/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var event events.CodePipelineJobEvent
	if err := json.Unmarshal(data, &event); err != nil {
		t.Fatal(err)
	}
	event.CodePipelineJob.ID = w.pipeline.Job
	event.CodePipelineJob.Data.ContinuationToken = w.pipeline.Token
	return event
}

// inEachMode runs test with an invoker of each mode.
func inEachMode(t *testing.T, test func(t *testing.T, w *accounts, i *invoker)) {
	for mode, variables := range map[string]map[string]string{
		"invoke":      {"PURGE_FUNCTION": function},
		"assume-role": {"PURGE_ROLE": role, "DISTRIBUTION_ID": distribution},
	} {
		t.Run(mode, func(t *testing.T) {
			w := newAccounts(t)
			t.Setenv("MODE", mode)
			for name, value := range variables {
				t.Setenv(name, value)
			}
			i, err := newInvoker(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if a, ok := i.cdn.(*roleCDN); ok {
				a.client.Rest = noRest
			}
			test(t, w, i)
		})
	}
}

func TestJobs(t *testing.T) {
	inEachMode(t, func(t *testing.T, w *accounts, i *invoker) {
		for name, paths := range map[string][]string{
			"codepipeline":       {"/*"},
			"codepipeline-paths": {"/img/*", "/index.html"},
		} {
			w.pipeline.Start()
			event := w.job(t, name)
			if err := i.handle(t.Context(), event); err != nil {
				t.Fatal(err)
			}
			made := w.cloudfront.Invalidations(distribution)
			last := made[len(made)-1]
			if !slices.Equal(last.Paths, paths) {
				t.Errorf("%s: invalidated %q", name, last.Paths)
			}
			if got := w.pipeline.Succeeded; got == nil || got.ExternalExecutionID != last.ID || got.Summary != "invalidation "+last.ID {
				t.Errorf("%s: got %+v", name, w.pipeline)
			}
			// The result got lost, and Lambda invokes the function again.
			w.pipeline.Job = event.CodePipelineJob.ID
			if err := i.handle(t.Context(), event); err != nil || len(w.cloudfront.Invalidations(distribution)) != len(made) {
				t.Errorf("%s again: %v", name, err)
			}
		}
	})
}

// The action goes on until the invalidation is completed, each time with another job.
func TestWaits(t *testing.T) {
	inEachMode(t, func(t *testing.T, w *accounts, i *invoker) {
		w.pipeline.Start()
		jobs := 0
		for ; w.pipeline.Job != "" && jobs < 10; jobs++ {
			if err := i.handle(t.Context(), w.job(t, "codepipeline-wait")); err != nil {
				t.Fatal(err)
			}
		}
		if made := w.cloudfront.Invalidations(distribution); len(made) != 1 || !made[0].Completed || w.pipeline.Succeeded == nil || jobs != 4 {
			t.Errorf("%+v after %d jobs: %+v", made, jobs, w.pipeline)
		}
	})
}

// Paths for several requests make several invalidations, and the action goes on until
// all of them are completed.
func TestSeveralInvalidations(t *testing.T) {
	inEachMode(t, func(t *testing.T, w *accounts, i *invoker) {
		w.pipeline.Start()
		jobs := 0
		for ; w.pipeline.Job != "" && jobs < 20; jobs++ {
			event := w.job(t, "codepipeline-wait")
			event.CodePipelineJob.Data.ActionConfiguration.Configuration.UserParameters =
				`{"paths": ["/img/*", "/css/*", "/img/a.jpg", "/index.html"], "wait": true}`
			if err := i.handle(t.Context(), event); err != nil {
				t.Fatal(err)
			}
		}
		made := w.cloudfront.Invalidations(distribution)
		if len(made) != 2 || !slices.Equal(made[0].Paths, []string{"/img/*", "/index.html"}) || !slices.Equal(made[1].Paths, []string{"/css/*"}) ||
			!made[0].Completed || !made[1].Completed {
			t.Fatalf("%+v after %d jobs", made, jobs)
		}
		if got := w.pipeline.Succeeded; got == nil || got.ExternalExecutionID != made[0].ID+","+made[1].ID {
			t.Errorf("got %+v", w.pipeline)
		}
	})
}

// Paths that can never be in progress together are refused without a request.
func TestTooManyPaths(t *testing.T) {
	inEachMode(t, func(t *testing.T, w *accounts, i *invoker) {
		w.pipeline.Start()
		event := w.job(t, "codepipeline")
		var wild []string
		for n := range 16 {
			wild = append(wild, fmt.Sprintf(`"/%d/*"`, n))
		}
		event.CodePipelineJob.Data.ActionConfiguration.Configuration.UserParameters = `{"paths": [` + strings.Join(wild, ",") + `]}`
		if err := i.handle(t.Context(), event); err != nil {
			t.Fatal(err)
		}
		if got := w.pipeline.Failed; got == nil || !strings.Contains(got.Message, "16 that end in *") || len(w.cloudfront.Invalidations(distribution)) > 0 {
			t.Errorf("got %+v", w.pipeline)
		}
	})
}

// Whatever fails, the job ends and says why.
func TestFailures(t *testing.T) {
	inEachMode(t, func(t *testing.T, w *accounts, i *invoker) {
		w.b.Fault = func(call fakeaws.Call) fakeaws.Fault {
			return fakeaws.Fault{Error: &fakeaws.Error{Status: 403, Code: "AccessDenied", Message: strings.Repeat("no ", 3000)}}
		}
		for name, want := range map[string]fakecodepipeline.Result{
			"codepipeline":                {Type: "JobFailed", Message: "AccessDenied"},
			"codepipeline-continued":      {Type: "JobFailed", Message: "AccessDenied"},
			"codepipeline-bad-parameters": {Type: "ConfigurationError", Message: `unknown field "path"`},
		} {
			w.pipeline.Start()
			if name == "codepipeline-continued" {
				w.pipeline.Token = "I1JLWSDAP8FU89"
			}
			if err := i.handle(t.Context(), w.job(t, name)); err != nil {
				t.Fatal(err)
			}
			if got := w.pipeline.Failed; got == nil || got.Type != want.Type || !strings.Contains(got.Message, want.Message) {
				t.Errorf("%s: got %+v", name, got)
			}
		}
		if n := len(w.cloudfront.Invalidations(distribution)); n > 0 {
			t.Errorf("%d invalidations", n)
		}
	})
}

// The last seconds are kept for reporting to the pipeline.
func TestNoTimeLeft(t *testing.T) {
	inEachMode(t, func(t *testing.T, w *accounts, i *invoker) {
		w.pipeline.Start()
		ctx, cancel := context.WithTimeout(t.Context(), spare)
		defer cancel()
		if err := i.handle(ctx, w.job(t, "codepipeline")); err != nil {
			t.Fatal(err)
		}
		if got := w.pipeline.Failed; got == nil || !strings.Contains(got.Message, "deadline exceeded") {
			t.Errorf("got %+v", got)
		}
	})
}

func TestNoJob(t *testing.T) {
	inEachMode(t, func(t *testing.T, w *accounts, i *invoker) {
		if err := i.handle(t.Context(), events.CodePipelineJobEvent{}); err == nil || len(w.a.Calls()) > 0 {
			t.Errorf("got %v and %v", err, w.a.Calls())
		}
		w.pipeline.Start()
		event := w.job(t, "codepipeline")
		w.pipeline.Job = "another"
		if err := i.handle(t.Context(), event); err == nil || !strings.Contains(err.Error(), "InvalidJobState") {
			t.Errorf("got %v", err)
		}
	})
}

func TestSettings(t *testing.T) {
	for want, variables := range map[string]map[string]string{
		`MODE is "": want invoke or assume-role`:                                                                {},
		`MODE is "both": want invoke or assume-role`:                                                            {"MODE": "both"},
		`PURGE_FUNCTION is "purge": want the ARN of the purge function`:                                         {"MODE": "invoke", "PURGE_FUNCTION": "purge"},
		`PURGE_ROLE is "" and DISTRIBUTION_ID "E1": want a role's ARN and a distribution's id`:                  {"MODE": "assume-role", "DISTRIBUTION_ID": "E1"},
		fmt.Sprintf(`PURGE_ROLE is %q and DISTRIBUTION_ID "": want a role's ARN and a distribution's id`, role): {"MODE": "assume-role", "PURGE_ROLE": role},
	} {
		if _, err := newCDN(func(name string) string { return variables[name] }, aws.Config{}); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestParameters(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "[/*] false",
		`{}`:                            "[/*] false",
		`{"wait": true}`:                "[/*] true",
		`{"paths": ["/a*", "/b.jpg"]}`:  "[/a* /b.jpg] false",
		`{"paths": []}`:                 "",
		`{"paths": "/a*"}`:              "",
		`/img/*`:                        "",
		`{"wait": true} {"wait": true}`: "",
		`null`:                          "[/*] false",
	} {
		p, err := parseParameters(text)
		if got := fmt.Sprint(p.Paths, p.Wait); (err != nil) != (want == "") || err == nil && got != want {
			t.Errorf("%s: got %s, %v", text, got, err)
		}
	}
}
