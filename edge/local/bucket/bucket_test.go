package bucket

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

const (
	testBucket = "pics"
	testRegion = "eu-west-1"
)

var testCredentials = aws.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "secret"}

// photo is the object of most tests, written at modified.
var (
	photo    = []byte("0123456789")
	modified = time.Date(2026, 2, 3, 4, 5, 6, 700, time.UTC)
)

var photoETag = fmt.Sprintf(`"%x"`, md5.Sum(photo))

// keys are names of files; each file is an object.
var keys = []string{
	"a b.jpg", "a+b.jpg", "100%.jpg", "100%25.jpg", "été.jpg", "e\u0301te\u0301.jpg", "日本.png", "a&b=c?d#e;f:@,$!*'().jpg",
	"deep/er/photo.jpg", "...", ".hidden", "..jpg", "back\\slash.jpg", `quo"te<>.jpg`, "~tilde_-.jpg", "line\nend.jpg",
}

// newServer returns a server of a folder with a few files. Files beside the
// folder are not objects.
func newServer(t testing.TB) *Server {
	t.Helper()
	dir := t.TempDir()
	folder := filepath.Join(dir, "folder")
	write := func(name string, data []byte) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(dir, "secret.txt"), []byte("secret"))
	write(filepath.Join(folder, "photo.jpg"), photo)
	write(filepath.Join(folder, "empty.bin"), nil)
	for _, key := range keys {
		write(filepath.Join(folder, key), []byte("I am "+key))
	}
	if err := os.Chtimes(filepath.Join(folder, "photo.jpg"), modified, modified); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{
		"out.txt": "../secret.txt", "absolute.txt": filepath.Join(dir, "secret.txt"), "parent": "..",
		"inside.jpg": "photo.jpg", "dangling": "nowhere", "loop": "loop",
	} {
		if err := os.Symlink(target, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return &Server{Folder: root, Name: testBucket, Region: testRegion, Credentials: testCredentials}
}

// start serves s until the test ends.
func start(t testing.TB, s *Server) (url string) {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server.URL
}

// client returns the SDK's client for the server at url.
func client(url string, c aws.Credentials) *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: &url,
		UsePathStyle: true,
		Region:       testRegion,
		Retryer:      aws.NopRetryer{},
		Credentials:  aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c, nil }),
	})
}

func TestGetObject(t *testing.T) {
	got, err := client(start(t, newServer(t)), testCredentials).GetObject(t.Context(),
		&s3.GetObjectInput{Bucket: aws.String(testBucket), Key: aws.String("photo.jpg")})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	data, err := io.ReadAll(got.Body)
	if err != nil || !bytes.Equal(data, photo) {
		t.Errorf("got %q, %v", data, err)
	}
	if *got.ETag != photoETag || !got.LastModified.Equal(modified.Truncate(time.Second)) ||
		*got.ContentLength != int64(len(photo)) || *got.ContentType != "image/jpeg" ||
		*got.AcceptRanges != "bytes" || got.ServerSideEncryption != types.ServerSideEncryptionAes256 {
		t.Errorf("got %+v", got)
	}
}

func TestHeadObject(t *testing.T) {
	c := client(start(t, newServer(t)), testCredentials)
	got, err := c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(testBucket), Key: aws.String("photo.jpg")})
	if err != nil {
		t.Fatal(err)
	}
	if *got.ETag != photoETag || *got.ContentLength != int64(len(photo)) || *got.ContentType != "image/jpeg" {
		t.Errorf("got %+v", got)
	}
	var notFound *types.NotFound
	_, err = c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(testBucket), Key: aws.String("none.jpg")})
	if !errors.As(err, &notFound) {
		t.Errorf("got %v, want %T", err, notFound)
	}
}

// Every file is an object whose key is its name, however it is spelled.
func TestKeys(t *testing.T) {
	c := client(start(t, newServer(t)), testCredentials)
	for _, key := range keys {
		got, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(testBucket), Key: &key})
		if err != nil {
			t.Errorf("%q: %v", key, err)
			continue
		}
		data, err := io.ReadAll(got.Body)
		got.Body.Close()
		if err != nil || string(data) != "I am "+key {
			t.Errorf("%q: got %q, %v", key, data, err)
		}
	}
}

// No key reaches a folder, anything outside, or a file whose name is spelled
// otherwise.
func TestNoSuchKey(t *testing.T) {
	c := client(start(t, newServer(t)), testCredentials)
	for _, key := range []string{
		"none.jpg", "deep", "deep/", "photo.jpg/", "/photo.jpg", "deep//er/photo.jpg", "deep/./er/photo.jpg",
		"deep/../photo.jpg", "./photo.jpg", "../secret.txt", "..", ".", "/", "photo.jpg\x00", "\x00",
		"out.txt", "absolute.txt", "parent", "parent/secret.txt", "dangling", "loop", "a%20b.jpg",
	} {
		var noSuchKey *types.NoSuchKey
		_, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(testBucket), Key: &key})
		if !errors.As(err, &noSuchKey) {
			t.Errorf("%q: got %v, want %T", key, err, noSuchKey)
		}
	}
}

// A link within the folder serves its target.
func TestLinkInside(t *testing.T) {
	got, err := client(start(t, newServer(t)), testCredentials).GetObject(t.Context(),
		&s3.GetObjectInput{Bucket: aws.String(testBucket), Key: aws.String("inside.jpg")})
	if err != nil {
		t.Fatal(err)
	}
	got.Body.Close()
	if *got.ETag != photoETag {
		t.Errorf("got ETag %s", *got.ETag)
	}
}

// The SDK gets the right error for each refusal.
func TestRefusals(t *testing.T) {
	url := start(t, newServer(t))
	get := &s3.GetObjectInput{Bucket: aws.String(testBucket), Key: aws.String("photo.jpg")}
	for _, tt := range []struct {
		name        string
		credentials aws.Credentials
		region      string
		input       s3.GetObjectInput
		status      int
		code        string
	}{
		{"another bucket", testCredentials, testRegion, s3.GetObjectInput{Bucket: aws.String("other"), Key: get.Key},
			http.StatusNotFound, "NoSuchBucket"},
		{"another ETag", testCredentials, testRegion, s3.GetObjectInput{Bucket: get.Bucket, Key: get.Key, IfMatch: aws.String(`"other"`)},
			http.StatusPreconditionFailed, "PreconditionFailed"},
		{"behind the end", testCredentials, testRegion, s3.GetObjectInput{Bucket: get.Bucket, Key: get.Key, Range: aws.String("bytes=10-")},
			http.StatusRequestedRangeNotSatisfiable, "InvalidRange"},
		{"another version", testCredentials, testRegion, s3.GetObjectInput{Bucket: get.Bucket, Key: get.Key, VersionId: aws.String("v")},
			http.StatusNotImplemented, "NotImplemented"},
		{"a long key", testCredentials, testRegion, s3.GetObjectInput{Bucket: get.Bucket, Key: aws.String(string(make([]byte, 1025)))},
			http.StatusBadRequest, "KeyTooLongError"},
		{"another access key", aws.Credentials{AccessKeyID: "AKIAOTHER", SecretAccessKey: "secret"}, testRegion, *get,
			http.StatusForbidden, "InvalidAccessKeyId"},
		{"another secret key", aws.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "other"}, testRegion, *get,
			http.StatusForbidden, "SignatureDoesNotMatch"},
		{"a token", aws.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "secret", SessionToken: "t"}, testRegion, *get,
			http.StatusBadRequest, "InvalidToken"},
		{"another region", testCredentials, "us-east-1", *get,
			http.StatusBadRequest, "AuthorizationHeaderMalformed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := client(url, tt.credentials).GetObject(t.Context(), &tt.input, func(o *s3.Options) { o.Region = tt.region })
			var api smithy.APIError
			var response *smithyhttp.ResponseError
			if !errors.As(err, &api) || !errors.As(err, &response) {
				t.Fatalf("got %v", err)
			}
			if api.ErrorCode() != tt.code || response.HTTPStatusCode() != tt.status || api.ErrorMessage() == "" {
				t.Errorf("got %v; want %d %s", err, tt.status, tt.code)
			}
			region := response.Response.Header.Get("X-Amz-Bucket-Region")
			if want := tt.region != testRegion; (region == testRegion) != want {
				t.Errorf("got X-Amz-Bucket-Region %q", region)
			}
		})
	}
}

// Temporary credentials need their token.
func TestSessionToken(t *testing.T) {
	s := newServer(t)
	s.Credentials.SessionToken = "token"
	url := start(t, s)
	for token, ok := range map[string]bool{"token": true, "other": false, "": false} {
		c := testCredentials
		c.SessionToken = token
		_, err := client(url, c).HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(testBucket), Key: aws.String("photo.jpg")})
		if (err == nil) != ok {
			t.Errorf("token %q: got %v", token, err)
		}
	}
}

// An empty name and region accept any.
func TestAnyBucket(t *testing.T) {
	s := newServer(t)
	s.Name, s.Region = "", ""
	_, err := client(start(t, s), testCredentials).HeadObject(t.Context(),
		&s3.HeadObjectInput{Bucket: aws.String("any-other"), Key: aws.String("photo.jpg")},
		func(o *s3.Options) { o.Region = "ap-southeast-2" })
	if err != nil {
		t.Error(err)
	}
}

// The SDK can read a range of an object.
func TestRangeBySDK(t *testing.T) {
	got, err := client(start(t, newServer(t)), testCredentials).GetObject(t.Context(),
		&s3.GetObjectInput{Bucket: aws.String(testBucket), Key: aws.String("photo.jpg"), Range: aws.String("bytes=2-4")})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	data, err := io.ReadAll(got.Body)
	if err != nil || string(data) != "234" || *got.ContentRange != "bytes 2-4/10" {
		t.Errorf("got %q of %q, %v", data, *got.ContentRange, err)
	}
}
