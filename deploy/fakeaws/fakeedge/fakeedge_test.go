package fakeedge

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeiam"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakes3"
)

// TestServe checks that a distribution is found by its names, and serves only what the
// bucket's policy lets it read.
func TestServe(t *testing.T) {
	server := fakeaws.New()
	distributions, buckets := fakecloudfront.New(server, fakelambda.New(server)), fakes3.New(server)
	fakeiam.New(server)
	distributions.AddCachePolicy("658327ea-f89d-4fab-a63d-7e88639e58f6", "<MinTTL>0</MinTTL>")
	if err := distributions.Add("E1", "d1.cloudfront.net", fakecloudfront.Example); err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server)
	t.Cleanup(front.Close)
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "originals", "img"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.txt", "img/b.txt", "c.txt", "d.txt"} {
		if err := os.WriteFile(filepath.Join(folder, "originals", filepath.FromSlash(name)), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e, err := New(aws.Config{BaseEndpoint: &front.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(server.Credentials.AccessKeyID, server.Credentials.SecretAccessKey, "")}, distributions, folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	viewers := httptest.NewServer(e)
	t.Cleanup(viewers.Close)
	client := &http.Client{Transport: Transport(viewers.Listener.Addr().String())}
	statement := func(resource, source, more string) string {
		return `{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::originals/` + resource +
			`","Condition":{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/` + source + `"}}}` + more + `]}`
	}
	lists := `,{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::originals","Condition":{"StringLike":{"s3:prefix":"img/?*"}}}`
	for _, tt := range []struct{ url, policy, want string }{
		{"https://d1.cloudfront.net/a.txt", "", "403"},
		{"https://www.example.com/a.txt", statement("*", "E1", ""), "200 a.txt"},
		{"http://D1.cloudfront.net/img/b.txt", statement("img/*", "E1", ""), "200 img/b.txt"},
		{"https://d1.cloudfront.net/c.txt", statement("img/*", "E1", ""), "403"},
		{"https://d1.cloudfront.net/d.txt", statement("*", "E2", ""), "403"},
		{"https://d1.cloudfront.net/none.txt", statement("*", "E1", lists), "403"},
		{"https://d1.cloudfront.net/img/none.txt", statement("*", "E1", lists), "404"},
		{"https://other.example.com/a.txt", statement("*", "E1", ""), "403"},
	} {
		buckets.Bucket("originals", "us-east-1", tt.policy)
		response, err := client.Get(tt.url)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		got := response.Status[:3]
		if got == "200" {
			got += " " + string(body)
		}
		if err != nil || got != tt.want {
			t.Errorf("%s is %s, %v; want %s", tt.url, got, err, tt.want)
		}
	}
}

// TestBehaviourOf checks which behaviour's pattern a path matches.
func TestBehaviourOf(t *testing.T) {
	config := &types.DistributionConfig{DefaultCacheBehavior: &types.DefaultCacheBehavior{}, CacheBehaviors: &types.CacheBehaviors{}}
	for _, pattern := range []string{"/img/*", "thumbs/?.jpg", "*.png"} {
		config.CacheBehaviors.Items = append(config.CacheBehaviors.Items, types.CacheBehavior{PathPattern: aws.String(pattern)})
	}
	for path, want := range map[string]string{
		"/img/a.png": "/img/*", "/img": "", "/thumbs/1.jpg": "thumbs/?.jpg", "/thumbs/12.jpg": "", "/x/y.png": "*.png", "/": "",
	} {
		if got := aws.ToString(behaviourOf(config, path).PathPattern); got != want {
			t.Errorf("%s is of %q, want %q", path, got, want)
		}
	}
}

// TestAllows checks that a denial outweighs a permission, and that an unknown condition
// does not hold.
func TestAllows(t *testing.T) {
	const everybody = `{"Effect":"Allow","Principal":"*","Action":"s3:Get*","Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]%s}`
	who := principal{service: "cloudfront.amazonaws.com", source: "arn:x"}
	for policy, want := range map[string]bool{
		strings.Replace(everybody, "%s", "", 1):                                                                                                                            true,
		strings.Replace(everybody, "%s", `,"Condition":{"Bool":{"aws:SecureTransport":true}}`, 1):                                                                          false,
		strings.Replace(everybody, "%s", `,"Condition":{"ArnLike":{"AWS:SourceArn":"arn:*"}}`, 1):                                                                          true,
		strings.Replace(everybody, "%s", "", 1) + `,{"Effect":"Deny","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"*","Resource":"arn:aws:s3:::a/secret*"}`: false,
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:root"},"Action":"s3:GetObject","Resource":"*"}`:                                                              false,
	} {
		var d document
		if err := json.Unmarshal([]byte(`{"Statement":[`+policy+`]}`), &d); err != nil {
			t.Fatal(err)
		}
		if got := d.allows(who, "s3:GetObject", "arn:aws:s3:::a/secret/1.jpg", nil); got != want {
			t.Errorf("%s: %t", policy, got)
		}
	}
}
