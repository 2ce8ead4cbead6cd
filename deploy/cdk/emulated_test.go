package cdk

import (
	"archive/zip"
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeiam"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakes3"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakestack"
	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// TestUnderEmulation makes a stack of each template in CDK_TEMPLATES, a list of files as in
// PATH, in an emulation of AWS that refuses what Lambda@Edge and CloudFront refuse. The
// tests in TypeScript run it with what they have synthesised.
func TestUnderEmulation(t *testing.T) {
	files := filepath.SplitList(os.Getenv("CDK_TEMPLATES"))
	if len(files) == 0 {
		t.Skip("needs synthesised templates: run make check-cdk")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			template, err := cfn.Read(file)
			if err != nil {
				t.Fatal(err)
			}
			stack, err := newMaker(t).Make(t.Context(), template, "site", "us-east-1", nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(stack.Outputs) == 0 {
				t.Error("the stack has no outputs")
			}
			for name, value := range stack.Outputs {
				if value == "" || strings.Contains(value, "Fn::") {
					t.Errorf("output %s is %q", name, value)
				}
			}
		})
	}
}

// newMaker returns a maker of stacks in an account that has the bucket old-originals, and a
// package at every key.
func newMaker(t *testing.T) *fakestack.Maker {
	t.Helper()
	server := fakeaws.New()
	functions, buckets := fakelambda.New(server), fakes3.New(server)
	functions.Trusts = fakeiam.New(server).Trusts
	buckets.Bucket("old-originals", "eu-west-1", "")
	front := httptest.NewServer(server)
	t.Cleanup(front.Close)
	return &fakestack.Maker{
		CloudFront: fakecloudfront.New(server, functions),
		Functions:  functions,
		Buckets:    buckets,
		Code:       func(string, string) ([]byte, error) { return emptyZip() },
		Config: aws.Config{BaseEndpoint: &front.URL, RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider(server.Credentials.AccessKeyID, server.Credentials.SecretAccessKey, "")},
	}
}

// emptyZip returns a zip without a file.
func emptyZip() ([]byte, error) {
	var b bytes.Buffer
	err := zip.NewWriter(&b).Close()
	return b.Bytes(), err
}
