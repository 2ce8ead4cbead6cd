package s3origin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge"
)

// Buckets with dots in their names are addressed by path, because the
// certificate's wildcard does not cover them. Amazon S3 User Guide, "Virtual
// hosting of buckets".
func TestHostAndPath(t *testing.T) {
	for _, tt := range []struct {
		bucket, region, endpoint string
		want                     string
	}{
		{"pics", "eu-west-1", "", "https://pics.s3.eu-west-1.amazonaws.com/a.jpg"},
		{"pics", "us-east-1", "", "https://pics.s3.us-east-1.amazonaws.com/a.jpg"},
		{"pics", "cn-north-1", "", "https://pics.s3.cn-north-1.amazonaws.com.cn/a.jpg"},
		{"pics.example.com", "eu-west-1", "", "https://s3.eu-west-1.amazonaws.com/pics.example.com/a.jpg"},
		{"pics", "eu-west-1", "http://127.0.0.1:9000", "http://127.0.0.1:9000/pics/a.jpg"},
		{"pics.example.com", "eu-west-1", "https://s3.example.com/base", "https://s3.example.com/base/pics.example.com/a.jpg"},
	} {
		s := &script{t: t, replies: []reply{ok(picture)}}
		o := newOrigin(Options{Endpoint: tt.endpoint, Credentials: testCredentials}, s)
		l := edge.Location{Bucket: tt.bucket, Region: tt.region, Key: "a.jpg"}
		if _, err := fetch(t.Context(), o, l, 1000); err != nil {
			t.Errorf("%s in %s: %v", tt.bucket, tt.region, err)
			continue
		}
		got := *s.seen[0].URL
		got.RawQuery = ""
		if got.String() != tt.want {
			t.Errorf("%s in %s: asked %s, want %s", tt.bucket, tt.region, got.String(), tt.want)
		}
		credential := fmt.Sprintf("/%s/s3/aws4_request", tt.region)
		if auth := s.seen[0].Header.Get("Authorization"); !strings.Contains(auth, credential) {
			t.Errorf("%s in %s: Authorization %q, want it to hold %q", tt.bucket, tt.region, auth, credential)
		}
	}
}

func TestHeaders(t *testing.T) {
	s := &script{t: t, replies: []reply{ok(picture), ok(picture)}}
	o := newOrigin(Options{Credentials: testCredentials}, s)
	untagged := photo
	untagged.ETag = ""
	for _, l := range []edge.Location{photo, untagged} {
		if _, err := fetch(t.Context(), o, l, 1000); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.seen[0].Header["If-Match"]; len(got) != 1 || got[0] != `"e1"` {
		t.Errorf(`If-Match %q, want "e1" in quotes`, got)
	}
	if got, ok := s.seen[1].Header["If-Match"]; ok {
		t.Errorf("If-Match %q without an ETag", got)
	}
	if got := s.seen[0].Header.Get("Range"); got != "bytes=0-4194303" {
		t.Errorf("Range %q, want the first 4 MB", got)
	}
	if got, ok := s.seen[0].Header["X-Amz-Checksum-Mode"]; ok {
		t.Errorf("X-Amz-Checksum-Mode: %q was sent", got)
	}
	if got := s.seen[0].Header.Get("Accept-Encoding"); got != "identity" {
		t.Errorf("Accept-Encoding %q, want identity", got)
	}
}

// Keys are sent byte for byte with a valid signature.
func TestKeysOnTheWire(t *testing.T) {
	var got *http.Request
	endpoint := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.Write(picture)
	})
	o := New(Options{Endpoint: endpoint, Credentials: testCredentials})
	for key, want := range map[string]string{
		"a.jpg":             "/pics/a.jpg",
		"dir/a.jpg":         "/pics/dir/a.jpg",
		"a b.jpg":           "/pics/a%20b.jpg",
		"a+b.jpg":           "/pics/a%2Bb.jpg",
		"a%b.jpg":           "/pics/a%25b.jpg",
		"a%2Fb.jpg":         "/pics/a%252Fb.jpg",
		"a?b#c&d=e.jpg":     "/pics/a%3Fb%23c%26d%3De.jpg",
		"été/日本.jpg":        "/pics/%C3%A9t%C3%A9/%E6%97%A5%E6%9C%AC.jpg",
		"\xff.jpg":          "/pics/%FF.jpg",
		"~!*'();:@$,[].jpg": "/pics/~%21%2A%27%28%29%3B%3A%40%24%2C%5B%5D.jpg",
		"a//b.jpg":          "/pics/a//b.jpg",
		"/a.jpg":            "/pics//a.jpg",
		"//a.jpg":           "/pics///a.jpg",
		"a/../b.jpg":        "/pics/a/../b.jpg",
		"../b.jpg":          "/pics/../b.jpg",
		"./a/./b.jpg":       "/pics/./a/./b.jpg",
		"a/":                "/pics/a/",
		`a\b "c".jpg`:       "/pics/a%5Cb%20%22c%22.jpg",
	} {
		l := photo
		l.Key = key
		if data, err := fetch(t.Context(), o, l, 1000); err != nil || !bytes.Equal(data, picture) {
			t.Errorf("%q: %v", key, err)
			continue
		}
		if path, _, _ := strings.Cut(got.RequestURI, "?"); path != want {
			t.Errorf("%q: asked %s, want %s", key, path, want)
		}
		checkSignature(t, got, "test-secret")
	}
}

// If the bucket is addressed by host name, a key's leading slash doubles the
// path's.
func TestLeadingSlashByHost(t *testing.T) {
	s := &script{t: t, replies: []reply{ok(picture)}}
	l := photo
	l.Key = "/a/../b.jpg"
	if _, err := fetch(t.Context(), newOrigin(Options{Credentials: testCredentials}, s), l, 1000); err != nil {
		t.Fatal(err)
	}
	var wire bytes.Buffer
	if err := s.seen[0].Write(&wire); err != nil {
		t.Fatal(err)
	}
	if line, _, _ := strings.Cut(wire.String(), "\r\n"); line != "GET //a/../b.jpg?x-id=GetObject HTTP/1.1" {
		t.Errorf("sent %q", line)
	}
}

func TestCredentialsRotate(t *testing.T) {
	s := &script{t: t, replies: []reply{ok(picture), ok(picture)}}
	o := newOrigin(Options{}, s)
	for i, key := range []string{"AKIDFIRST", "AKIDSECOND"} {
		t.Setenv("AWS_ACCESS_KEY_ID", key)
		t.Setenv("AWS_SECRET_ACCESS_KEY", "secret-of-"+key)
		t.Setenv("AWS_SESSION_TOKEN", "token-of-"+key)
		if _, err := fetch(t.Context(), o, photo, 1000); err != nil {
			t.Fatal(err)
		}
		if got := s.seen[i].Header.Get("Authorization"); !strings.Contains(got, "Credential="+key+"/") {
			t.Errorf("Authorization %q, want the key %s", got, key)
		}
		if got := s.seen[i].Header.Get("X-Amz-Security-Token"); got != "token-of-"+key {
			t.Errorf("X-Amz-Security-Token %q, want that of %s", got, key)
		}
	}
}

func TestNoCredentials(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	s := &script{t: t}
	_, err := fetch(t.Context(), newOrigin(Options{}, s), photo, 1000)
	checkOutcome(t, nil, err, edge.S3Denied)
	if !strings.Contains(fmt.Sprint(err), "AWS_ACCESS_KEY_ID") {
		t.Errorf("error %v does not say what is missing", err)
	}
}

// A bucket's region is remembered from the first answer.
func TestRegionIsRemembered(t *testing.T) {
	other := photo
	other.Bucket = "other"
	s := &script{t: t, replies: []reply{
		refuseFrom(301, "PermanentRedirect", "us-west-2"), ok(picture), ok(picture), ok(picture),
	}}
	o := newOrigin(Options{Credentials: testCredentials}, s)
	for _, l := range []edge.Location{photo, photo, other} {
		data, err := fetch(t.Context(), o, l, 1000)
		checkOutcome(t, data, err, "")
	}
	for i, want := range []string{
		"pics.s3.eu-west-1.amazonaws.com", "pics.s3.us-west-2.amazonaws.com",
		"pics.s3.us-west-2.amazonaws.com", "other.s3.eu-west-1.amazonaws.com",
	} {
		if got := s.seen[i].URL.Host; got != want {
			t.Errorf("request %d went to %s, want %s", i+1, got, want)
		}
	}
}

// S3's answer to a bad signature quotes signatures; the error must not.
func TestErrorTextHoldsNoSecrets(t *testing.T) {
	var signature string
	mismatch := func(r *http.Request) (*http.Response, error) {
		auth := r.Header.Get("Authorization")
		signature = auth[strings.LastIndex(auth, "=")+1:]
		body := fmt.Sprintf(`<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message>
			<AWSAccessKeyId>AKIDTEST</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256 ...</StringToSign>
			<SignatureProvided>%s</SignatureProvided><CanonicalRequest>x-amz-security-token:test-token</CanonicalRequest></Error>`, signature)
		return respond(403, int64(len(body)), strings.NewReader(body), nil)(r)
	}
	refused := &url.Error{Op: "Get", URL: "https://pics.s3.eu-west-1.amazonaws.com/a.jpg", Err: errors.New("refused")}
	for name, replies := range map[string][]reply{
		"mismatch": {mismatch}, "unreachable": {fails(refused), fails(refused)},
	} {
		s := &script{t: t, replies: replies}
		_, err := fetch(t.Context(), newOrigin(Options{Credentials: testCredentials}, s), photo, 1000)
		if err == nil {
			t.Fatalf("%s: no error", name)
		}
		for _, secret := range []string{"test-secret", "test-token", "Signature=", "AKIDTEST", signature} {
			if secret != "" && strings.Contains(err.Error(), secret) {
				t.Errorf("%s: error text holds %q: %v", name, secret, err)
			}
		}
	}
}

// The error does not show a token that no header can hold.
func TestBadTokenIsNotShown(t *testing.T) {
	broken := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "AKIDTEST", SecretAccessKey: "test-secret", SessionToken: "broken\ntoken"}, nil
	})
	_, err := fetch(t.Context(), New(Options{Endpoint: "http://127.0.0.1:1", Credentials: broken}), photo, 1000)
	checkOutcome(t, nil, err, edge.S3Failed)
	if strings.Contains(err.Error(), "broken") {
		t.Errorf("error text holds the token: %v", err)
	}
}
