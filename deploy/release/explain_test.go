package release

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// Errors of AWS come with advice, on one line.
func TestExplain(t *testing.T) {
	for _, tt := range []struct {
		operation string
		status    int
		code      string
		want      []string
	}{
		{"UpdateDistribution", 403, "AccessDenied", []string{"CloudFront UpdateDistribution: AccessDenied: because (request ",
			"allow these credentials cloudfront:UpdateDistribution, and on the function's version lambda:GetFunction, lambda:EnableReplication*"}},
		{"TagResource", 403, "AccessDeniedException", []string{"allow these credentials lambda:TagResource"}},
		{"UpdateDistribution", 400, "InvalidLambdaFunctionAssociation", []string{"because", "deploy publish"}},
		{"UpdateDistribution", 400, "TooManyLambdaFunctionAssociations", []string{"Service Quotas"}},
		{"GetFunctionConfiguration", 403, "ExpiredTokenException", []string{"aws sso login"}},
		{"GetDistribution", 429, "Throttling", []string{"in a minute"}},
		{"GetDistribution", 500, "InternalError", []string{"AWS has a problem"}},
		{"GetDistribution", 418, "Teapot", []string{"CloudFront GetDistribution: Teapot: because (request "}},
	} {
		b := newBench(t).withDistribution(t)
		b.published(t, "one")
		b.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
			if c.Operation != tt.operation {
				return fakeaws.Fault{}
			}
			return fakeaws.Fault{Error: &fakeaws.Error{Status: tt.status, Code: tt.code, Message: "because."}}
		}
		err := Explain(b.Attach(t.Context(), AttachOptions{Place: defaultPlace}))
		if explained := (*ExplainedError)(nil); !errors.As(err, &explained) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v", tt.code, err)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q in it", tt.code, err, want)
			}
		}
	}
	if err := Explain(nil); err != nil {
		t.Errorf("got %v", err)
	}
	if err := Explain(http.ErrNoCookie); err != http.ErrNoCookie {
		t.Errorf("got %v", err)
	}
}

// CloudFront's text about a role decides the advice, not the error's code.
func TestExplainRole(t *testing.T) {
	b := newBench(t).withDistribution(t)
	b.published(t, "one")
	b.functions.DistrustEdge(role)
	err := Explain(b.Attach(t.Context(), AttachOptions{Place: defaultPlace}))
	if err == nil || !strings.Contains(err.Error(), "deploy/template/policies/trust-policy.json") {
		t.Errorf("got %v", err)
	}
	b.wantConfig(t, attached("", ""))
}

// A command that is interrupted says so, wherever it was.
func TestExplainInterrupted(t *testing.T) {
	b := newBench(t).withSite(t)
	b.published(t, "one")
	ctx, stop := context.WithCancel(t.Context())
	b.onWait = func(int) { stop() }
	err := Explain(b.Attach(ctx, AttachOptions{Place: defaultPlace, Canary: b.siteURL}))
	if !errors.Is(err, context.Canceled) || err.Error() != "stopped: run the same command again to go on from here" {
		t.Errorf("got %v", err)
	}
	if err := Explain(b.Canary(ctx, "", b.siteURL)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
