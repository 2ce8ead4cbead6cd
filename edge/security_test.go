package edge_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
	"github.com/edgeresize/edgeresize/edge/s3origin"
)

// seen is an empty source that records the locations it is asked for.
type seen struct{ places []edge.Location }

func (s *seen) Open(_ context.Context, l edge.Location, _ int64) (edge.Body, error) {
	s.places = append(s.places, l)
	return nil, edge.Because(edge.S3NotFound, nil)
}

// TestNothingElseChoosesTheBucket puts other buckets, regions and hosts
// wherever a viewer, an origin or a setting of the distribution might, except
// in the origin's domain name, region and path.
func TestNothingElseChoosesTheBucket(t *testing.T) {
	hostile := []string{
		"other-bucket", "other-bucket.s3.eu-west-1.amazonaws.com", "https://other-bucket.s3.amazonaws.com/x.jpg",
		"s3://other-bucket/x.jpg", "arn:aws:s3:::other-bucket", "eu-west-1", "//other-bucket/x.jpg", "http://169.254.169.254/latest/",
		"bucket=other-bucket&region=eu-west-1&x-amz-bucket-region=eu-west-1&width=5&height=5",
	}
	names := []string{
		"host", "x-forwarded-host", "forwarded", "x-amz-bucket-region", "x-amz-copy-source", "x-amz-website-redirect-location",
		"x-original-url", "x-rewrite-url", "x-edgeresize-bucket", "location", "referer", "origin", "x-amz-security-token",
	}
	pinned := edge.DefaultConfig()
	pinned.Bucket, pinned.Region = "pinned", "eu-north-1"
	fallback := edge.DefaultConfig()
	fallback.FallbackKey = "none.jpg"
	r := rand.New(rand.NewPCG(8, 0))
	asked := 0
	for _, event := range recordedEvents(t) {
		for range 5 {
			root := members(t, event)
			cf := object(object(root["Records"].([]any)[0])["cf"])
			request, response := object(cf["request"]), object(cf["response"])
			headers := map[string]any{}
			for _, name := range names {
				headers[name] = []any{map[string]any{"key": name, "value": pick(r, hostile)}}
			}
			request["headers"], response["headers"] = headers, headers
			for _, kind := range []string{"s3", "custom"} {
				if origin, ok := object(request["origin"])[kind]; ok {
					object(origin)["customHeaders"] = headers
					object(origin)["bucket"] = pick(r, hostile)
				}
			}
			request["uri"] = "/" + pick(r, hostile)
			request["querystring"] = "width=5&height=5&" + pick(r, hostile)
			request["clientIp"] = pick(r, hostile)
			request["bucket"], response["bucket"], cf["bucket"] = pick(r, hostile), pick(r, hostile), pick(r, hostile)
			payload, err := json.Marshal(root)
			if err != nil {
				t.Fatal(err)
			}
			for _, tt := range []struct {
				cfg            edge.Config
				bucket, region string
			}{{edge.DefaultConfig(), "example-originals", "eu-central-1"}, {fallback, "example-originals", "eu-central-1"}, {pinned, "pinned", "eu-north-1"}} {
				var s seen
				if _, _, err := edge.New(tt.cfg, &s, 0, slog.New(slog.DiscardHandler)).Handle(t.Context(), payload); err != nil {
					t.Fatal(err)
				}
				asked += len(s.places)
				for _, p := range s.places {
					if p.Bucket != tt.bucket || p.Region != tt.region {
						t.Errorf("asked for %+v, want bucket %s in %s: %s", p, tt.bucket, tt.region, payload)
					}
				}
			}
		}
	}
	if asked < 300 {
		t.Errorf("only %d originals were asked for", asked)
	}
}

// wire is a server of buckets that records the requests it receives.
type wire struct {
	bucket.Server
	hosts, paths []string
}

func (w *wire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	w.hosts, w.paths = append(w.hosts, r.Host), append(w.paths, path)
	w.Server.ServeHTTP(rw, r)
}

// production returns the source that production uses, with a server in this
// process that has every bucket it is asked for.
func production(t *testing.T) (*s3origin.Origin, *wire) {
	t.Helper()
	folder, err := os.OpenRoot("../testdata/originals")
	if err != nil {
		t.Fatal(err)
	}
	key := aws.Credentials{AccessKeyID: "AKIDTEST", SecretAccessKey: "test-secret", SessionToken: "test-token"}
	w := &wire{Server: bucket.Server{Folder: folder, Credentials: key}}
	server := httptest.NewServer(w)
	t.Cleanup(func() { server.Close(); folder.Close() })
	credentials := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return key, nil })
	return s3origin.New(s3origin.Options{Endpoint: server.URL, Credentials: credentials}), w
}

// TestPathTricks checks that a URI reaches only the key that it spells. It
// reads the keys from the requests of production's source.
func TestPathTricks(t *testing.T) {
	for uri, want := range map[string][]string{
		"/PHOTO.jpg":                 {"PHOTO.jpg"},
		"/../secret/PHOTO.jpg":       {"../secret/PHOTO.jpg"},
		"/%2e%2e/secret/PHOTO.jpg":   {"../secret/PHOTO.jpg"},
		"/..%2fsecret%2fPHOTO.jpg":   {"../secret/PHOTO.jpg"},
		"/%252e%252e%252fsecret":     {"%2e%2e%2fsecret"},
		"/./PHOTO.jpg":               {"./PHOTO.jpg"},
		"/x/../PHOTO.jpg":            {"x/../PHOTO.jpg"},
		"//PHOTO.jpg":                {"/PHOTO.jpg"},
		"///secret//PHOTO.jpg":       {"//secret//PHOTO.jpg"},
		"/%2fPHOTO.jpg":              {"/PHOTO.jpg"},
		`/..\secret\PHOTO.jpg`:       {`..\secret\PHOTO.jpg`},
		"/%5c..%5csecret":            {`\..\secret`},
		"/PHOTO.jpg%00.png":          {"PHOTO.jpg\x00.png"},
		"/PHOTO.jpg%3fwidth=1%23x":   {"PHOTO.jpg?width=1#x"},
		"/PHOTO.jpg?versionId=1":     {"PHOTO.jpg?versionId=1"},
		"/a%0d%0aHost:%20evil.com":   {"a\r\nHost: evil.com"},
		"/@evil.com/x":               {"@evil.com/x"},
		"/http://evil.com/x":         {"http://evil.com/x"},
		"/secret.s3.amazonaws.com/x": {"secret.s3.amazonaws.com/x"},
		"/PHOTO.jpg/":                {"PHOTO.jpg/"},
		"/photo.jpg":                 {"photo.jpg"},
		"/PHOTO.jpg%20":              {"PHOTO.jpg "},
		"/a+b.jpg":                   {"a+b.jpg", "a b.jpg"},
		"/%c0%ae%c0%ae/secret":       {"\xc0\xae\xc0\xae/secret"},
		"/%uff0e%uff0e/secret":       nil,
		"/PHOTO.jpg%":                nil,
		"PHOTO.jpg":                  nil,
		"":                           nil,
	} {
		for _, prefix := range []string{"", "/public"} {
			source, w := production(t)
			host := map[string]bool{}
			payload := eventFor(t, uri, prefix)
			_, out, err := edge.New(edge.DefaultConfig(), source, 0, slog.New(slog.DiscardHandler)).Handle(t.Context(), payload)
			if err != nil {
				t.Fatal(err)
			}
			var keys []string
			for i, path := range w.paths {
				host[w.hosts[i]] = true
				escaped, ok := strings.CutPrefix(path, "/example-originals/")
				key, err := url.PathUnescape(escaped)
				if !ok || err != nil {
					t.Errorf("%q: asked for %q, %v", uri, path, err)
				}
				keys = append(keys, key)
			}
			var all []string
			for _, key := range want {
				all = append(all, strings.TrimPrefix(prefix+"/", "/")+key)
			}
			if !slices.Equal(keys, all) || len(host) > 1 {
				t.Errorf("%q behind %q: asked for %q at %v (%v), want %q", uri, prefix, keys, host, out, all)
			}
			if resized := out.Reason == ""; resized != (uri == "/PHOTO.jpg" && prefix == "") {
				t.Errorf("%q behind %q: %v: %v", uri, prefix, out, out.Err)
			}
		}
	}
}

// eventFor returns a recorded event with the given URI and origin path.
func eventFor(t *testing.T, uri, originPath string) []byte {
	t.Helper()
	event, err := os.ReadFile("../testdata/events/resize-jpeg.json")
	if err != nil {
		t.Fatal(err)
	}
	root := members(t, event)
	cf := object(object(root["Records"].([]any)[0])["cf"])
	request := object(cf["request"])
	request["uri"] = uri
	object(object(request["origin"])["s3"])["path"] = originPath
	payload, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}
