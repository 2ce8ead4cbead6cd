package bucket

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge/local/sigv4"
)

// list sends a signed request for the bucket with the given query string.
func list(t *testing.T, s *Server, query string) (int, listBucketResult) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/pics?"+query, nil)
	r.RequestURI = ""
	r.Header.Set("X-Amz-Content-Sha256", sigv4.EmptyPayload)
	if err := sigv4.NewSigner("s3").SignHTTP(t.Context(), s.Credentials, r, sigv4.EmptyPayload, "s3", "eu-west-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var result listBucketResult
	if w.Code == http.StatusOK {
		if err := xml.Unmarshal(w.Body.Bytes(), &result); err != nil {
			t.Fatal(err)
		}
	}
	return w.Code, result
}

func newListed(t *testing.T, names ...string) *Server {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("0123"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return &Server{Folder: root, Name: "pics", Region: "eu-west-1", Credentials: aws.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "secret"}}
}

// A listing has every key once and in order, however it is cut into parts.
func TestList(t *testing.T) {
	names := []string{"a/b.jpg", "a-b.jpg", "a.jpg", "été +1 %.jpg", "line\nend.jpg", "z/deep/c.jpg", "Z.jpg"}
	s := newListed(t, names...)
	slices.Sort(names)
	for most := 1; most <= len(names)+1; most++ {
		var got []string
		token := ""
		for {
			status, result := list(t, s, url.Values{
				"list-type": {"2"}, "max-keys": {fmt.Sprint(most)}, "encoding-type": {"url"}, "continuation-token": {token},
			}.Encode())
			if status != http.StatusOK || result.KeyCount != len(result.Contents) || result.KeyCount > most || result.EncodingType != "url" {
				t.Fatalf("got %d, %+v", status, result)
			}
			for _, o := range result.Contents {
				key, err := url.QueryUnescape(o.Key)
				if err != nil || o.Size != 4 {
					t.Errorf("%+v: %v", o, err)
				}
				got = append(got, key)
			}
			if token = result.NextContinuationToken; (token != "") != result.IsTruncated {
				t.Fatalf("got %+v", result)
			}
			if token == "" {
				break
			}
		}
		if !slices.Equal(got, names) {
			t.Errorf("%d at a time: got %q, want %q", most, got, names)
		}
	}
	if _, result := list(t, s, "list-type=2&prefix=a%2F"); len(result.Contents) != 1 || result.Contents[0].Key != "a/b.jpg" {
		t.Errorf("got %+v", result)
	}
}

func TestListRefuses(t *testing.T) {
	s := newListed(t, "a.jpg")
	for query, want := range map[string]int{
		"list-type=2&max-keys=none": 400, "list-type=2&max-keys=-1": 400, "list-type=2&encoding-type=base64": 400,
		"list-type=2&continuation-token=%21": 400, "list-type=2&delimiter=%2F": 501, "list-type=1": 501, "": 501, "list-type=2&max-keys=0": 200,
	} {
		if got, result := list(t, s, query); got != want || len(result.Contents) > 0 {
			t.Errorf("%s: got %d, %+v; want %d", query, got, result, want)
		}
	}
	s.HideMissing = true
	if got, _ := list(t, s, "list-type=2"); got != http.StatusForbidden {
		t.Errorf("by those who may not list: got %d", got)
	}
	s.HideMissing = false
	s.Credentials.SecretAccessKey = "another"
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/pics?list-type=2", nil)
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Code != http.StatusForbidden {
		t.Errorf("unsigned: got %d", w.Code)
	}
}
