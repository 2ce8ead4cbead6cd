package doctor

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
)

// worst returns the first of the gravest findings that are not good.
func worst(findings []Finding) Finding {
	for _, level := range []Level{Problem, Unknown, Note} {
		if i := slices.IndexFunc(findings, func(f Finding) bool { return f.Level == level }); i >= 0 {
			return findings[i]
		}
	}
	return Finding{}
}

// TestGoodSite wants every subject checked and nothing to do but to attach.
func TestGoodSite(t *testing.T) {
	findings := newFixture(t).look()
	for _, f := range findings {
		if f.Level != Good && f.Subject != "function association" {
			t.Errorf("%+v", f)
		}
	}
	var subjects []string
	for _, f := range findings {
		subjects = append(subjects, f.Subject)
	}
	for _, want := range []string{"identity", "function", "versions", "distribution", "function association", "origin",
		"bucket policy", "cache tags", "viewer-request function", "cache policy", "origin request policy", "bucket", "role", "permissions", "logs", "runtime updates", "concurrency"} {
		if !slices.Contains(subjects, want) {
			t.Errorf("nothing about %s in %v", want, subjects)
		}
	}
}

// findingCase is a fault and the finding that it should give.
type findingCase struct {
	name    string
	change  func(s *fixture)
	level   Level
	subject string
	text    string
}

// checkFindings makes each fault in a good site and checks that the gravest finding is
// the one given.
func checkFindings(t *testing.T, all []findingCase) {
	t.Helper()
	for _, tt := range all {
		t.Run(tt.name, func(t *testing.T) {
			s := newFixture(t)
			attached := tt.level == Note // or that would be a note too
			tt.change(s)
			if attached && !strings.Contains(s.distribution, "origin-response") {
				attach(s, functionARN+":1")
			}
			findings := s.look()
			for _, f := range findings {
				checkFix(t, f)
			}
			got := worst(findings)
			if got.Level != tt.level || got.Subject != tt.subject || !strings.Contains(got.Text, tt.text) {
				t.Errorf("got %+v, want a %s about %s that says %q", got, tt.level, tt.subject, tt.text)
			}
			if got.Fix == "" && got.Level != Unknown {
				t.Errorf("%+v does not say what to do", got)
			}
		})
	}
}

// TestFindings wants a finding for each fault of the function, its role and the
// account.
func TestFindings(t *testing.T) {
	checkFindings(t, []findingCase{
		{"no function", func(s *fixture) { s.create.FunctionName = nil }, Problem, "function", "no function edgeresize"},
		{"no tag", func(s *fixture) { s.create.Tags = nil }, Note, "function's tag", "has no tag edgeresize"},
		{"another runtime", func(s *fixture) { s.create.Runtime = types.RuntimeNodejs22x }, Problem, "runtime", "nodejs22.x"},
		{"ARM", func(s *fixture) { s.create.Architectures = []types.Architecture{types.ArchitectureArm64} }, Problem, "runtime", "x86_64 only"},
		{"environment", func(s *fixture) {
			s.create.Environment = &types.Environment{Variables: map[string]string{"A": "b"}}
		}, Problem, "restrictions", "environment variables"},
		{"a minute", func(s *fixture) { s.create.Timeout = aws.Int32(60) }, Problem, "limits", "60 s"},
		{"less time than configured", func(s *fixture) { s.create.Timeout = aws.Int32(3) }, Note, "limits", "3 s"},
		{"little memory", func(s *fixture) { s.create.MemorySize = aws.Int32(128) }, Note, "limits", "128 MB"},
		{"more memory than is of use", func(s *fixture) { s.create.MemorySize = aws.Int32(3008) }, Note, "limits", "nothing is faster than with 1769"},
		{"tracing", func(s *fixture) {
			s.create.TracingConfig = &types.TracingConfig{Mode: types.TracingModeActive}
		}, Problem, "restrictions", "X-Ray"},
		{"a package under a key of one's own", func(s *fixture) {
			s.create.Code.SourceKMSKeyArn = aws.String("arn:aws:kms:us-east-1:123456789012:key/1")
		}, Problem, "restrictions", "key/1"},
		{"a runtime that stays", func(s *fixture) { s.manual = "$LATEST" }, Problem, "runtime updates", "$LATEST updates its runtime in mode Manual"},
		{"a version whose runtime stays", func(s *fixture) { s.manual = "1" }, Problem, "runtime updates", "version 1 updates"},
		{"a log group of its own", func(s *fixture) {
			s.create.LoggingConfig = &types.LoggingConfig{LogGroup: aws.String("/pictures")}
			s.rolePolicy = strings.ReplaceAll(s.rolePolicy, "/aws/lambda/us-east-1.edgeresize", "/pictures")
		}, Note, "logs", "/pictures of the region"},
		{"a log group that it may not write", func(s *fixture) {
			s.create.LoggingConfig = &types.LoggingConfig{LogGroup: aws.String("/pictures")}
		}, Problem, "permissions", "log-group:/pictures:*"},
		{"warnings alone in the logs", func(s *fixture) {
			s.create.LoggingConfig = &types.LoggingConfig{LogFormat: types.LogFormatJson, ApplicationLogLevel: types.ApplicationLogLevelWarn}
		}, Note, "logs", "below level WARN"},
		{"a young account", func(s *fixture) {
			s.lambda.Accounts["us-east-1"], s.lambda.Accounts["eu-west-1"] = fakelambda.Account{Concurrency: 500}, fakelambda.Account{Concurrency: 10}
		}, Problem, "concurrency", "10 in eu-west-1; 500 in us-east-1"},
		{"executions reserved for others", func(s *fixture) {
			s.lambda.Accounts["eu-west-1"] = fakelambda.Account{Reserved: 900}
		}, Note, "concurrency", "100 in eu-west-1"},
		{"no version", func(s *fixture) { s.versions = 0 }, Problem, "versions", "no version"},

		{"no role", func(s *fixture) { s.trust = "" }, Unknown, "role", "NoSuchEntity"},
		{"Lambda@Edge is not trusted", func(s *fixture) {
			s.trust = strings.Replace(s.trust, ", \"edgelambda.amazonaws.com\"", "", 1)
		}, Problem, "role", "does not trust edgelambda.amazonaws.com"},
		{"may not read", func(s *fixture) {
			s.rolePolicy = strings.ReplaceAll(s.rolePolicy, "arn:aws:s3:::originals", "arn:aws:s3:::others")
		}, Problem, "permissions", "s3:GetObject"},
		{"may not read all keys", func(s *fixture) {
			s.rolePolicy = strings.ReplaceAll(s.rolePolicy, "originals/*", "originals/photos/*")
		}, Problem, "permissions", "s3:GetObject"},
		{"may not read the fallback picture", func(s *fixture) {
			s.options.Config.FallbackKey = "none.jpg"
			s.options.Behavior = "/img/*"
			s.rolePolicy = strings.ReplaceAll(s.rolePolicy, "originals/*", "originals/img/*")
		}, Problem, "permissions", "originals/none.jpg* (implicitDeny): missing originals get no fallback picture"},
		{"may not read the fallback picture in the origin's folder", func(s *fixture) {
			s.options.Config.FallbackKey = "none.jpg"
			s.options.Behavior = "/img/*"
			replace("<OriginPath></OriginPath>", "<OriginPath>/media</OriginPath>")(s)
			s.rolePolicy = strings.ReplaceAll(s.rolePolicy, "originals/*", "originals/media/img/*")
		}, Problem, "permissions", "originals/media/none.jpg* "},
		{"may not log", func(s *fixture) {
			s.rolePolicy = strings.ReplaceAll(s.rolePolicy, "logs:*", "logs:us-east-1")
		}, Problem, "permissions", "logs:PutLogEvents"},
	})
}

// TestReadableFallback wants no finding of its own for a fallback picture among the keys
// that the function reads.
func TestReadableFallback(t *testing.T) {
	for _, key := range []string{"none.jpg", "img/none.jpg"} {
		s := newFixture(t)
		s.options.Config.FallbackKey = key
		for _, f := range s.look() {
			if strings.Contains(f.Text, key) {
				t.Errorf("got %+v", f)
			}
		}
	}
}

// TestNewestVersion lists versions in no particular order.
func TestNewestVersion(t *testing.T) {
	s := newFixture(t)
	s.versions = 10
	if findings := s.look(); !slices.Contains(findings, Finding{Good, "versions", "the newest is 10", ""}) {
		t.Errorf("got %+v", findings)
	}
}

// TestDenied wants the checks to go on where credentials lack a permission.
func TestDenied(t *testing.T) {
	s := newFixture(t)
	s.denied = true
	findings := s.look()
	for _, want := range []string{"lambda:GetFunction", "lambda:GetAccountSettings", "cloudfront:GetDistribution"} {
		if !slices.ContainsFunc(findings, func(f Finding) bool { return f.Level == Unknown && strings.HasSuffix(f.Fix, want) }) {
			t.Errorf("nothing about %s in %+v", want, findings)
		}
	}
}

// denyAll denies every call but GetCallerIdentity.
func denyAll(c fakeaws.Call) fakeaws.Fault {
	if c.Operation == "GetCallerIdentity" {
		return fakeaws.Fault{}
	}
	return fakeaws.Fault{Error: &fakeaws.Error{Status: 403, Code: "AccessDeniedException", Message: "User is not authorized."}}
}

// deny returns a fault that denies the calls of one operation.
func deny(operation string) func(fakeaws.Call) fakeaws.Fault {
	return func(c fakeaws.Call) fakeaws.Fault {
		if c.Operation == operation {
			return denyAll(c)
		}
		return fakeaws.Fault{}
	}
}

// TestNoCredentials wants an error where credentials are wrong.
func TestNoCredentials(t *testing.T) {
	s := newFixture(t)
	s.config.Credentials = credentials.NewStaticCredentialsProvider("AKIAWRONG", "wrong", "")
	if findings, err := New(s.config, s.options).Look(t.Context()); awsapi.Code(err) != "InvalidClientTokenId" {
		t.Errorf("got %+v, %v", findings, err)
	}
}
