package bucket

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func writeMetadata(t *testing.T, s *Server, content string) {
	t.Helper()
	if err := s.Folder.WriteFile(MetadataFile, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Whole objects and parts have the metadata that the file gives their key at
// the time of the request. Their ETag stays.
func TestMetadata(t *testing.T) {
	s := newServer(t)
	s.Troubles = true
	c := client(start(t, s), testCredentials)
	for _, tt := range []struct {
		file, key string
		want      map[string]string
	}{
		{`{}`, "photo.jpg", nil},
		{`{"photo.jpg": {"focus": "0.3,0.7", "title": "a b"}, "deep/er/photo.jpg": {"focus": "1,1"}}`, "photo.jpg", map[string]string{"focus": "0.3,0.7", "title": "a b"}},
		{`{"photo.jpg": {"focus": "0.3,0.7"}, "deep/er/photo.jpg": {"focus": "1,1"}}`, "deep/er/photo.jpg", map[string]string{"focus": "1,1"}},
		{`{"photo.jpg": {"focus": "0.3,0.7"}}`, "a b.jpg", nil},
		{`{"photo.jpg": {"focus": "0.4,0.7"}}`, Failing.Key("photo.jpg"), nil},
		{`{"photo.jpg": {"focus": "0.4,0.7"}}`, Truncated.Key("photo.jpg"), map[string]string{"focus": "0.4,0.7"}},
		{`{"photo.jpg": {"focus": `, "photo.jpg", nil},
		{`{"photo.jpg": {"focus": "0.5,0.5"}}`, "photo.jpg", map[string]string{"focus": "0.5,0.5"}},
	} {
		writeMetadata(t, s, tt.file)
		for _, asked := range []*string{nil, aws.String("bytes=2-3")} {
			got, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(testBucket), Key: &tt.key, Range: asked})
			if tt.key == Failing.Key("photo.jpg") {
				if err == nil {
					t.Errorf("%s: no error", tt.key)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			got.Body.Close()
			if !maps.Equal(got.Metadata, tt.want) {
				t.Errorf("%s, %s: got %v, want %v", tt.file, tt.key, got.Metadata, tt.want)
			}
			if tt.key == "photo.jpg" && *got.ETag != photoETag {
				t.Errorf("got ETag %s", *got.ETag)
			}
		}
	}
	head, _ := get(t, "HEAD", start(t, s), "/pics/photo.jpg", nil)
	cached, _ := get(t, "GET", start(t, s), "/pics/photo.jpg", http.Header{"If-None-Match": {photoETag}})
	if head.Header.Get("X-Amz-Meta-Focus") != "0.5,0.5" || cached.Header.Get("X-Amz-Meta-Focus") != "" {
		t.Errorf("got %v and %v", head.Header, cached.Header)
	}
}

// The file is refused if it is malformed, or has what S3 would not keep as it
// is.
func TestReadMetadata(t *testing.T) {
	s := newServer(t)
	if m, err := ReadMetadata(s.Folder); m != nil || err != nil {
		t.Errorf("without a file: %v, %v", m, err)
	}
	for content, want := range map[string]string{
		"":                                   "unexpected end",
		"[]":                                 "cannot unmarshal",
		`{"a.jpg": "0.3,0.7"}`:               "cannot unmarshal",
		`{"a.jpg": {"focus": 1}}`:            "cannot unmarshal",
		`{"a.jpg": {"Focus": "0,0"}}`:        `called "Focus"`,
		`{"a.jpg": {"fo cus": "0,0"}}`:       `called "fo cus"`,
		`{"a.jpg": {"": "0,0"}}`:             `called ""`,
		`{"a.jpg": {"focus": "0,0\nx: y"}}`:  "printable ASCII",
		`{"a.jpg": {"focus": "é"}}`:          "printable ASCII",
		`{"a.jpg": {"focus": " 0,0"}}`:       "printable ASCII",
		`{"a": {"b": "` + long(2048) + `"}}`: "2049 bytes",
	} {
		writeMetadata(t, s, content)
		if m, err := ReadMetadata(s.Folder); m != nil || err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), MetadataFile) {
			t.Errorf("%.60s: got %v, %v; want %q", content, m, err, want)
		}
	}
	for _, content := range []string{"{}", "null", `{"a": {}}`, `{"a": {"b": ""}}`, `{"a": {"b": "` + long(2047) + `"}}`} {
		writeMetadata(t, s, content)
		if _, err := ReadMetadata(s.Folder); err != nil {
			t.Errorf("%.60s: %v", content, err)
		}
	}
	if err := s.Folder.Remove(MetadataFile); err != nil {
		t.Fatal(err)
	}
	if err := s.Folder.Mkdir(MetadataFile, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadMetadata(s.Folder); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("of a folder: %v", err)
	}
	if err := s.Folder.Remove(MetadataFile); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../secret.txt", filepath.Join(s.Folder.Name(), MetadataFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadMetadata(s.Folder); err == nil {
		t.Error("a link out of the folder is read")
	}
}

func long(n int) string { return strings.Repeat("x", n) }
