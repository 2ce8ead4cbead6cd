package s3bucket

import (
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// own hides the user's settings of the aws command line from the test, and
// returns an empty home directory.
func own(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	for _, name := range os.Environ() {
		if name, _, _ := strings.Cut(name, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
	t.Setenv("HOME", home)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(home, ".aws", "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(home, ".aws", "credentials"))
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	return home
}

// write writes a file in the home directory.
func write(t *testing.T, home, name, content string) {
	t.Helper()
	file := filepath.Join(home, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

var secrets = aws.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "secret", SessionToken: "token"}

// fake returns a bucket called pics in eu-west-1 with pictures of those names,
// and the URL of its server.
func fake(t *testing.T, names ...string) (*bucket.Server, string) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		write(t, dir, name, "0123")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	server := &bucket.Server{Folder: root, Name: "pics", Region: "eu-west-1", Credentials: secrets}
	return server, serveWith(t, server)
}

func serveWith(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// environment sets the credentials of the fake bucket.
func environment(t *testing.T) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", secrets.AccessKeyID)
	t.Setenv("AWS_SECRET_ACCESS_KEY", secrets.SecretAccessKey)
	t.Setenv("AWS_SESSION_TOKEN", secrets.SessionToken)
}

// Credentials come from all sources of the aws command line.
func TestCredentials(t *testing.T) {
	keys := fmt.Sprintf("aws_access_key_id = %s\naws_secret_access_key = %s\naws_session_token = %s\n",
		secrets.AccessKeyID, secrets.SecretAccessKey, secrets.SessionToken)
	given, err := json.Marshal(map[string]any{"Version": 1, "AccessKeyId": secrets.AccessKeyID, "SecretAccessKey": secrets.SecretAccessKey, "SessionToken": secrets.SessionToken})
	if err != nil {
		t.Fatal(err)
	}
	const inTime = "2099-01-01T00:00:00Z"
	for name, set := range map[string]func(home string, o *Options){
		"environment":     func(string, *Options) { environment(t) },
		"default profile": func(home string, _ *Options) { write(t, home, ".aws/credentials", "[default]\n"+keys) },
		"named profile": func(home string, o *Options) {
			write(t, home, ".aws/credentials", "[pictures]\n"+keys)
			o.Profile = "pictures"
		},
		"AWS_PROFILE": func(home string, _ *Options) {
			write(t, home, ".aws/config", "[profile pictures]\nregion = eu-west-1\n"+keys)
			t.Setenv("AWS_PROFILE", "pictures")
		},
		"credential process": func(home string, _ *Options) {
			write(t, home, "process", "#!/bin/sh\necho '"+string(given)+"'\n")
			write(t, home, ".aws/config", "[default]\ncredential_process = sh "+filepath.Join(home, "process")+"\n")
		},
		"role of a profile": func(home string, o *Options) {
			write(t, home, ".aws/config", "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = base\n"+
				"[profile middle]\nrole_arn = arn:aws:iam::123456789012:role/middle\nsource_profile = base\n"+
				"[profile role]\nrole_arn = arn:aws:iam::123456789012:role/pictures\nsource_profile = middle\nregion = eu-west-1\n")
			t.Setenv("AWS_ENDPOINT_URL_STS", serveWith(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprintf(w, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey><SessionToken>%s</SessionToken><Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
					secrets.AccessKeyID, secrets.SecretAccessKey, secrets.SessionToken, inTime)
			})))
			o.Profile = "role"
		},
		"SSO": func(home string, o *Options) {
			write(t, home, ".aws/config", "[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = reader\nregion = eu-west-1\n"+
				"[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n")
			write(t, home, fmt.Sprintf(".aws/sso/cache/%x.json", sha1.Sum([]byte("corp"))),
				`{"accessToken":"bearer","expiresAt":"`+inTime+`","startUrl":"https://corp.example/start","region":"eu-west-1"}`)
			t.Setenv("AWS_ENDPOINT_URL_SSO", serveWith(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("X-Amz-Sso_bearer_token") != "bearer" || r.URL.Query().Get("role_name") != "reader" {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprintf(w, `{"roleCredentials":{"accessKeyId":%q,"secretAccessKey":%q,"sessionToken":%q,"expiration":4070908800000}}`,
					secrets.AccessKeyID, secrets.SecretAccessKey, secrets.SessionToken)
			})))
			o.Profile = "sso"
		},
	} {
		t.Run(name, func(t *testing.T) {
			home := own(t)
			_, endpoint := fake(t, "a.jpg")
			o := Options{Bucket: "pics", Endpoint: endpoint}
			set(home, &o)
			b, err := Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			got, err := b.Credentials.Retrieve(t.Context())
			if err != nil || got.AccessKeyID != secrets.AccessKeyID || got.SessionToken != secrets.SessionToken || b.Region != "eu-west-1" {
				t.Errorf("got %s in %s, %v", got.AccessKeyID, b.Region, err)
			}
			if listing, err := b.List(t.Context(), "", 10); err != nil || len(listing.Pictures) != 1 {
				t.Errorf("got %+v, %v", listing, err)
			}
		})
	}
}

// The endpoint also comes from the aws command line's settings.
func TestEndpointOfTheEnvironment(t *testing.T) {
	own(t)
	environment(t)
	_, endpoint := fake(t, "a.jpg")
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	t.Setenv("AWS_ENDPOINT_URL_S3", endpoint)
	b, err := Open(t.Context(), Options{Bucket: "pics"})
	if err != nil || b.Endpoint.String() != endpoint || !b.Custom {
		t.Errorf("got %+v, %v", b, err)
	}
	t.Setenv("AWS_ENDPOINT_URL_S3", "minio:9000")
	if _, err := Open(t.Context(), Options{Bucket: "pics"}); err == nil || !strings.Contains(err.Error(), `"minio:9000"`) {
		t.Errorf("got %v", err)
	}
}

// answering returns the URL of a server that gives each request that answer.
func answering(t *testing.T, status int, header http.Header, body string) string {
	t.Helper()
	return serveWith(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
}

func s3Error(code string) string {
	return "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>What S3\nsays</Message><RequestId>1</RequestId></Error>"
}

// An error is one line that begins with what is wrong and what to do.
func TestWhatIsWrong(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for name, tt := range map[string]struct {
		set  func(home string, o *Options)
		want string // how it begins
		also string // further on
	}{
		"no credentials": {func(string, *Options) { os.Unsetenv("AWS_ACCESS_KEY_ID") }, "-bucket needs credentials, and there are none: log in with aws sso login", "AWS_ACCESS_KEY_ID"},
		"no profile":     {func(_ string, o *Options) { o.Profile = "none" }, `there is no profile "none": run aws configure list-profiles`, ""},
		"broken settings": {func(home string, o *Options) {
			write(t, home, ".aws/config", "[profile x\nregion")
			o.Profile = "x"
		}, "", "config"},
		"login over": {func(home string, o *Options) {
			write(t, home, ".aws/config", "[profile sso]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = reader\n")
			write(t, home, fmt.Sprintf(".aws/sso/cache/%x.json", sha1.Sum([]byte("https://corp.example/start"))),
				`{"accessToken":"bearer","expiresAt":"2020-01-01T00:00:00Z"}`)
			o.Profile = "sso"
		}, `the login of the profile "sso" has expired or is missing: run aws sso login --profile sso`, ""},
		"never logged in": {func(home string, o *Options) {
			write(t, home, ".aws/config", "[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = reader\n[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n")
			o.Profile = "sso"
		}, `the login of the profile "sso" has expired or is missing: run aws sso login --profile sso`, ""},
		"role refused": {func(home string, o *Options) {
			write(t, home, ".aws/config", "[profile base]\naws_access_key_id = a\naws_secret_access_key = b\n[profile role]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\nregion = eu-west-1\n")
			t.Setenv("AWS_ENDPOINT_URL_STS", answering(t, 403, nil, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>"))
			o.Profile = "role"
		}, `the role of the profile "role" cannot be assumed`, "AccessDenied: not you"},
		"wrong region":     {func(_ string, o *Options) { o.Region = "us-west-2" }, `the bucket "pics" is in eu-west-1, not in us-west-2: use -region eu-west-1`, ""},
		"no bucket":        {func(_ string, o *Options) { o.Bucket = "none" }, `S3 has no bucket "none"`, "NoSuchBucket"},
		"unknown key":      {func(string, *Options) { t.Setenv("AWS_ACCESS_KEY_ID", "AKIAOTHER") }, "S3 does not know the access key", "InvalidAccessKeyId"},
		"wrong secret":     {func(string, *Options) { t.Setenv("AWS_SECRET_ACCESS_KEY", "other") }, "S3 says that the secret access key is wrong", "SignatureDoesNotMatch"},
		"wrong token":      {func(string, *Options) { t.Setenv("AWS_SESSION_TOKEN", "other") }, "S3 refuses the session token", "InvalidToken"},
		"expired":          {func(_ string, o *Options) { o.Endpoint = answering(t, 400, nil, s3Error("ExpiredToken")) }, "the credentials have expired", "ExpiredToken: What S3 says"},
		"clock":            {func(_ string, o *Options) { o.Endpoint = answering(t, 403, nil, s3Error("RequestTimeTooSkewed")) }, "S3 says that this machine's clock is wrong", ""},
		"dead endpoint":    {func(_ string, o *Options) { o.Endpoint = "http://" + closed.Addr().String() }, "nothing listens at http://127.0.0.1:", "is -s3-endpoint right"},
		"no such endpoint": {func(_ string, o *Options) { o.Endpoint = "http://s3.none.invalid" }, "no server has the name s3.none.invalid", "is -s3-endpoint right"},
		"HTTPS of HTTP":    {func(_ string, o *Options) { o.Endpoint = strings.Replace(o.Endpoint, "http:", "https:", 1) }, "https://127.0.0.1:", "speaks HTTP, not HTTPS"},
		"a web site":       {func(_ string, o *Options) { o.Endpoint = answering(t, 200, nil, "<html><p>Hello") }, "http://127.0.0.1:", "does not speak S3's protocol"},
		"a web site's 404": {func(_ string, o *Options) { o.Endpoint = answering(t, 404, nil, "404 page not found") }, "http://127.0.0.1:", "does not speak S3's protocol"},
		"elsewhere for ever": {func(_ string, o *Options) {
			o.Endpoint = answering(t, 301, http.Header{"X-Amz-Bucket-Region": {"eu-north-1"}}, s3Error("PermanentRedirect"))
			o.Region = "eu-west-1"
		}, `the bucket "pics" is in eu-north-1, not in eu-west-1`, "-region eu-north-1"},
	} {
		t.Run(name, func(t *testing.T) {
			home := own(t)
			environment(t)
			_, endpoint := fake(t, "a.jpg")
			o := Options{Bucket: "pics", Endpoint: endpoint}
			if strings.Contains(name, "log") || strings.Contains(name, "role") || strings.Contains(name, "settings") {
				os.Unsetenv("AWS_ACCESS_KEY_ID")
			}
			tt.set(home, &o)
			b, err := Open(t.Context(), o)
			if err == nil {
				t.Fatalf("got %+v", b)
			}
			if got := err.Error(); !strings.HasPrefix(got, tt.want) || !strings.Contains(got, tt.also) || strings.Contains(got, "\n") {
				t.Errorf("got %q, want %q and %q", got, tt.want, tt.also)
			}
		})
	}
}

// If the region is not given, S3 tells it.
func TestRegionIsFound(t *testing.T) {
	own(t)
	environment(t)
	_, endpoint := fake(t, "a.jpg")
	t.Setenv("AWS_REGION", "ap-southeast-2")
	b, err := Open(t.Context(), Options{Bucket: "pics", Endpoint: endpoint})
	if err != nil || b.Region != "eu-west-1" {
		t.Errorf("got %+v, %v", b, err)
	}
}

// A user who must not list a bucket may still read its objects.
func TestUnlistable(t *testing.T) {
	own(t)
	environment(t)
	server, endpoint := fake(t, "a.jpg")
	server.HideMissing = true
	b, err := Open(t.Context(), Options{Bucket: "pics", Region: "eu-west-1", Endpoint: endpoint})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.List(t.Context(), "", 10); err == nil || !strings.Contains(err.Error(), "may not list the bucket \"pics\"") {
		t.Errorf("got %v", err)
	}
	for _, status := range []int{500, 503} { // these may pass
		endpoint := answering(t, status, nil, s3Error("SlowDown"))
		if _, err := Open(t.Context(), Options{Bucket: "pics", Endpoint: endpoint}); err != nil {
			t.Errorf("%d: got %v", status, err)
		}
	}
}

// Pictures are recognised by the ends of their names, among a few thousand
// keys, whatever the keys are.
func TestList(t *testing.T) {
	own(t)
	environment(t)
	odd := []string{"a.jpg", "A.JPG", "é +1 %.png", "line\nend.webp", `q"'<script>.gif`, "🎈.jpeg", "deep/er/b.tiff"}
	_, endpoint := fake(t, append([]string{"notes.txt", "none", "jpg", "b.jpg.bak"}, odd...)...)
	b, err := Open(t.Context(), Options{Bucket: "pics", Endpoint: endpoint})
	if err != nil {
		t.Fatal(err)
	}
	listing, err := b.List(t.Context(), "", 100)
	if err != nil || len(listing.Pictures) != len(odd) || listing.Seen != len(odd)+4 || listing.More {
		t.Fatalf("got %+v, %v", listing, err)
	}
	for _, o := range listing.Pictures {
		found := false
		for _, name := range odd {
			found = found || o.Key == name && o.Size == 4
		}
		if !found {
			t.Errorf("got %+v", o)
		}
	}
	if listing, err := b.List(t.Context(), "deep/", 100); err != nil || len(listing.Pictures) != 1 || listing.Pictures[0].Key != "deep/er/b.tiff" {
		t.Errorf("got %+v, %v", listing, err)
	}
	for most := range len(odd) {
		if listing, err := b.List(t.Context(), "", most); err != nil || len(listing.Pictures) != most || !listing.More {
			t.Errorf("%d: got %+v, %v", most, listing, err)
		}
	}
}

// A bucket of 100,000 keys takes at most five requests, with or without
// pictures.
func TestLargeBucket(t *testing.T) {
	own(t)
	environment(t)
	for _, end := range []string{"txt", "jpg"} {
		requests := 0
		endpoint := serveWith(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests++
			var first int
			_, _ = fmt.Sscan(r.URL.Query().Get("continuation-token"), &first) // the first request has none
			fmt.Fprintf(w, "<ListBucketResult><Name>pics</Name><IsTruncated>true</IsTruncated><NextContinuationToken>%d</NextContinuationToken>", first+1000)
			for i := range 1000 {
				fmt.Fprintf(w, "<Contents><Key>%06d+%%41.%s</Key><Size>4</Size></Contents>", first+i, end)
			}
			_, _ = io.WriteString(w, "</ListBucketResult>")
		}))
		b, err := Open(t.Context(), Options{Bucket: "pics", Endpoint: endpoint})
		if err != nil {
			t.Fatal(err)
		}
		requests = 0
		listing, err := b.List(t.Context(), "", 300)
		if err != nil || !listing.More || requests > 5 {
			t.Errorf("%s: got %d pictures of %d keys, %v, by %d requests, %v", end, len(listing.Pictures), listing.Seen, listing.More, requests, err)
		}
		switch {
		case end == "txt" && (len(listing.Pictures) != 0 || listing.Seen != 5000):
			t.Errorf("got %d pictures of %d keys", len(listing.Pictures), listing.Seen)
		case end == "jpg" && (len(listing.Pictures) != 300 || requests != 1 || listing.Pictures[0].Key != "000000+%41.jpg"):
			t.Errorf("got %d pictures by %d requests, %+v", len(listing.Pictures), requests, listing.Pictures[:1])
		}
	}
}

// A server that does not answer is given up.
func TestHanging(t *testing.T) {
	own(t)
	environment(t)
	_, endpoint := fake(t, "a.jpg")
	b, err := Open(t.Context(), Options{Bucket: "pics", Endpoint: endpoint})
	if err != nil {
		t.Fatal(err)
	}
	explained := b.explain(fmt.Errorf("after %v: %w", time.Second, os.ErrDeadlineExceeded))
	if !strings.Contains(explained.Error(), "does not answer in time: is -s3-endpoint right") || !explained.Fatal {
		t.Errorf("got %v", explained)
	}
}
